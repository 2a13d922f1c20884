using Hardware.Machine;

namespace Machine.Tests;

/// <summary>Who runs can be decided from outside, and a schedule is a text.</summary>
[TestClass]
public class ScheduleTests
{
    private const Places Everywhere = Places.Operations | Places.Access | Places.LockedAccess;

    [TestMethod]
    public void Run_WithOneInterruption_FindsALostUpdateThatItsTextReplays()
    {
        Hardware.Machine.Machine machine = Firmware.Load("Counter");
        Schedule schedule = new() { EndsAt = Everywhere };
        Assert.AreEqual("plain 10, interlocked 10\n", Run(machine, schedule));

        // Each step but the last of the run without an interruption, interrupted for the next thread that can go on.
        string? lost = null;
        Decision[] steps = [.. schedule.Decisions];
        for (int i = 0; i < steps.Length && lost == null; i++)
        {
            uint others = steps[i].Enabled & ~(1u << steps[i].Chosen);
            if (!steps[i].IsCostly || others == 0) continue;
            Schedule interrupted = new(Schedule.Format(steps, i)) { EndsAt = Everywhere };
            Run(machine, interrupted);
            interrupted.Restart(i, int.Log2((int)others));
            string text = Run(machine, interrupted);
            Assert.AreEqual(1, interrupted.Preemptions);
            Assert.EndsWith("interlocked 10\n", text);
            if (text.StartsWith("plain 10,", StringComparison.Ordinal)) continue;
            lost = interrupted.ToString();
            Schedule again = new(lost) { EndsAt = Everywhere };
            Assert.AreEqual(text, Run(machine, again));
            Assert.IsNull(again.Misfit);
        }

        Assert.IsNotNull(lost, "one interruption is enough to lose an update");
    }

    [TestMethod]
    public void Run_WithAScheduleOfAnotherProgram_SaysSo()
    {
        Schedule schedule = new("A1S2");

        RunResult result = Firmware.Load("Counter").Run(new RunOptions { Choices = schedule });

        Assert.AreEqual(RunEnd.Chosen, result.End);
        Assert.AreEqual("the schedule does not fit the program: at step 2 S cannot go on", schedule.Misfit);
    }

    [TestMethod]
    public void Run_WithChoicesThatThrow_Throws()
    {
        Hardware.Machine.Machine machine = Firmware.Load("Counter");

        Assert.ThrowsExactly<NotSupportedException>(() => machine.Run(new RunOptions { Choices = new Broken() }));
        Assert.AreEqual("plain 10, interlocked 10\n", machine.Run().Text, "the machine can be used again");
    }

    private static string Run(Hardware.Machine.Machine machine, Schedule schedule) =>
        machine.Run(new RunOptions { Choices = schedule }).Text;

    private sealed class Broken : Choices
    {
        protected override Places Places => Places.Operations;

        protected override bool Leaves(Moment moment, Places place) => true;

        protected override int Next(Moment moment) => throw new NotSupportedException();
    }
}
