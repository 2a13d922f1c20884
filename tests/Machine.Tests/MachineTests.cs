using Hardware.Machine;

namespace Machine.Tests;

[TestClass]
public sealed class MachineTests
{
    [TestMethod]
    public void Load_OfAPcProgramWithUnknownMembers_NamesThemBeforeAnythingRuns()
    {
        // Code of a PC: it uses what no board has.
        Hardware.Machine.Machine machine = new(Profile.Reference);
        UnknownMemberException exception =
            Assert.ThrowsExactly<UnknownMemberException>(() => machine.Load(typeof(Profile).Assembly.Location));
        Assert.Contains("System.Action`1 in ", exception.Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => machine.Run());
    }

    [TestMethod]
    public void Run_OfADeadlock_SaysWhatEachThreadWaitsForWithFileAndLine()
    {
        RunResult result = Firmware.Load("Deadlock").Run();

        Assert.AreEqual(RunEnd.NothingCanHappen, result.End);
        Assert.HasCount(2, result.Threads);
        string threads = result.DescribeThreads();
        Assert.Contains("Main: waits for the lock of a System.Object, which thread 1 has", threads);
        Assert.Contains("thread 1: waits for the lock of a System.Object, which Main has", threads);
        Assert.Contains("at Deadlock.Main in Deadlock.cs:line 16", threads);
        Assert.Contains("at Deadlock.TakeRightThenLeft in Deadlock.cs:line 24", threads);
    }

    [TestMethod]
    public void Run_OfTwoMachinesAtTheSameTime_NeitherSeesTheOther()
    {
        Hardware.Machine.Machine[] machines = [Firmware.Load("Statics"), Firmware.Load("Statics")];
        string[] texts = new string[2];
        Parallel.For(0, 2, i => texts[i] = machines[i].Run().Text);

        Assert.AreEqual("counted 200 at 200\n", texts[0]);
        Assert.AreEqual(texts[0], texts[1]);
    }

    [TestMethod]
    public void Run_Twice_IsAPowerCycleWithTheSameBytes()
    {
        Hardware.Machine.Machine machine = Firmware.Load("Statics");
        RunResult first = machine.Run();
        RunResult second = machine.Run();

        Assert.AreEqual("counted 200 at 200\n", first.Text);
        CollectionAssert.AreEqual(first.Log.ToArray(), second.Log.ToArray());
        Assert.AreEqual(first.Instructions, second.Instructions);
        Assert.AreEqual(first.Switches, second.Switches);
        Assert.AreEqual(first.Nanoseconds, second.Nanoseconds);
    }

    // Two Threads, their Start and Join, ten Increment, two ToString, Concat and WriteLine; their two delegates are none.
    [TestMethod]
    public void Run_OfAProgram_CountsItsCalls() => Assert.AreEqual(20, Firmware.Load("Counter").Run().Calls);

    [TestMethod]
    [DataRow(2, 1, "-xxxxxxxxx")]
    [DataRow(5, 1, "xxx-xxxxxx")]
    [DataRow(5, 3, "xxx---xxxx")]
    [DataRow(11, 1, "xxxxxxxxx-")]
    public void Run_WithAFailingAllocation_ThatOneFails(long number, long count, string expected)
    {
        RunResult result =
            Firmware.Load("Allocations").Run(new RunOptions { FailAllocation = number, FailAllocationCount = count });

        Assert.AreEqual(expected + "\n", result.Text);
        Assert.AreEqual("Main", result.FailedAllocation!.Thread);
        Assert.Contains("Allocations.Main in Allocations.cs:line 12", result.FailedAllocation.Stack[0]);
    }

    [TestMethod]
    [DataRow(1, 1, "-xxxxxxxxx")]
    [DataRow(4, 3, "xxx---xxxx")]
    [DataRow(10, 1, "xxxxxxxxx-")]
    public void Run_WithAFailingCall_ThatOneDoesNotBegin(long number, long count, string expected)
    {
        RunResult result = Firmware.Load("Calls").Run(new RunOptions { FailCall = number, FailCallCount = count });

        Assert.AreEqual(expected, result.Log[0].Text);
        Assert.AreEqual("Main", result.FailedCall!.Thread);
        Assert.Contains("Calls.Main in Calls.cs:line 13", result.FailedCall.Stack[0]);
    }

    [TestMethod]
    public void Run_WithFailingLines_NothingOfThemIsInTheLog()
    {
        RunResult result = Firmware.Load("Calls").Run(
            new RunOptions { FailLogLine = 2, FailLogLineCount = 2, LogLineFailure = () => new ArgumentException("refused") });

        Assert.AreEqual("xxxxxxxxxx\nrefused\n", result.Text);
        Assert.AreEqual(result.Log[0].Thread, result.FailedLogLine!.Thread);
        Assert.Contains("Calls.Main in Calls.cs:line 26", result.FailedLogLine.Stack[0]);
    }

    [TestMethod]
    public void Run_WithSwitchesAtAccesses_FindsALostUpdate()
    {
        Hardware.Machine.Machine machine = Firmware.Load("Counter");
        Assert.AreEqual("plain 10, interlocked 10\n", machine.Run().Text);

        int lost = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            RunOptions options = new() { Seed = seed, SwitchAtAccesses = true, SwitchPercent = 20 };
            string text = machine.Run(options).Text;
            Assert.EndsWith("interlocked 10\n", text, $"seed {seed}");
            if (text.StartsWith("plain 10,", StringComparison.Ordinal)) continue;
            lost++;
            Assert.AreEqual(text, machine.Run(options).Text, $"seed {seed} does not replay");
        }

        Assert.IsGreaterThan(10, lost, "seeds that lose an update");
    }

    [TestMethod]
    public void Run_WithASmallHeap_ThrowsOutOfMemoryAndGoesOn()
    {
        RunResult result = Firmware.Load("HeapLimit", Profile.Reference with { HeapBytes = 64 << 10 }).Run();

        // 64 KB, less what the libraries have, in links of 36 and arrays of 1020 bytes.
        Assert.AreEqual("56 kilobytes\nthen again 20000\n", result.Text);
        Assert.IsGreaterThan(0, result.Collections);
        Assert.IsLessThanOrEqualTo(64 << 10, result.FullestHeapBytes);
    }

    [TestMethod]
    public void Collection_OfATimerInAVariable_TakesItWhenTheVariableIsOverwritten() =>
        Assert.AreEqual("kept 8, lost 2\n", Firmware.Load("Holding").Run().Text);

    [TestMethod]
    [DataRow(128)]
    [DataRow(64)]
    [DataRow(16)]
    public void Run_WithABurstDuringAComputation_KeepsWhatTheRingHolds(int ring)
    {
        Hardware.Machine.Machine machine = Firmware.Load("Edges", Profile.Reference with { RingCapacity = ring });
        for (int i = 0; i < 200; i++) machine.Pins.At(12 + i * 0.001, 5, (i + 1) % 2);
        RunResult result = machine.Run();

        Assert.AreEqual($"{ring} edges\n", result.Text);
        Assert.AreEqual(200, result.EdgesRecorded);
        Assert.AreEqual(200 - ring, result.EdgesLostInRing);
        Assert.AreEqual(ring, result.EdgesDelivered);
    }

    [TestMethod]
    public void Run_OfFirmwareThatReboots_TellsItAndEnds()
    {
        RunResult result = Firmware.Load("Reboots").Run();

        Assert.AreEqual(RunEnd.Reboot, result.End);
        Assert.AreEqual("rebooting\nrebooting\n", result.Text);
        Assert.AreEqual(10_000_000, result.Nanoseconds, 1_500_000);
    }

    [TestMethod]
    public void Run_OfFirmwareThatSwallowsEverything_EndsInTime()
    {
        RunResult result = Firmware.Load("Stubborn").Run(new RunOptions { UntilMilliseconds = 500 });

        Assert.AreEqual(RunEnd.TimeIsUp, result.End);
        Assert.HasCount(3, result.Threads);
        Assert.AreEqual(500_000_000, result.Nanoseconds, 10_000);
    }
}
