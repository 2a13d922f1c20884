using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using Workqueues;

namespace Contract.Tests;

/// <summary>Arming and cancelling cost the same few instructions however many items are armed.</summary>
[TestClass]
public class DeadlineStepTests
{
    [MachineTest]
    [DataRow("random")]
    [DataRow("equal")]
    [DataRow("ascending")]
    [DataRow("descending")]
    [DataRow("powers of two")]
    [DataRow("random, some have passed")]
    public void ArmAndCancel_AThousandArmed_CostAtMostTwiceThatOfTen(string distribution)
    {
        (long total, long most) ten = Measure(distribution, 10);
        (long total, long most) thousand = Measure(distribution, 1000);
        Assert.IsGreaterThan(100, ten.most, "the instructions are counted");
        Assert.IsLessThanOrEqualTo(2 * ten.total, thousand.total, $"in all: {ten} and {thousand}");
        Assert.IsLessThanOrEqualTo(2 * ten.most, thousand.most, $"the dearest: {ten} and {thousand}");
    }

    // The instructions of 200 armings, moves and cancellings of one item among the armed ones: all, and the dearest call.
    private static (long Total, long Most) Measure(string distribution, int armed)
    {
        var bench = new Bench();
        var random = new Random(armed);
        var others = new DelayedWork[armed];
        for (int i = 0; i < armed; i++)
        {
            others[i] = new DelayedWork(w => { });
            bench.Queue.QueueDelayed(others[i], Delay(distribution, i, armed, random));
        }

        if (distribution.EndsWith("have passed", StringComparison.Ordinal))
        {
            bench.Timer.Advance(20_000);
            bench.StepAll();
        }

        var work = new DelayedWork(w => { });
        long total = 0;
        long most = 0;
        for (int i = 0; i < 200; i++)
        {
            int delay = Delay(distribution, i * armed / 200, armed, random);
            Cost(() => bench.Queue.QueueDelayed(work, delay));
            Cost(() => bench.Queue.ModifyDelayed(work, delay / 2 + 1));
            Cost(() => work.Cancel());
            Cost(() => others[i % armed].Cancel());
            Cost(() => bench.Queue.QueueDelayed(others[i % armed], delay));
        }

        foreach (DelayedWork other in others) other.Cancel();
        bench.End();
        return (total, most);

        void Cost(Action action)
        {
            long before = Outside.Nanoseconds;
            action();
            long instructions = (Outside.Nanoseconds - before) / Profile.Reference.InstructionNanoseconds;
            total += instructions;
            most = Math.Max(most, instructions);
        }
    }

    private static int Delay(string distribution, int i, int armed, Random random) => distribution switch
    {
        "equal" => 5000,
        "ascending" => 100 + i * 10,
        "descending" => 100 + (armed - i) * 10,
        "powers of two" => 1 << random.Next(31),
        _ => 1 + random.Next(99_999),
    };
}
