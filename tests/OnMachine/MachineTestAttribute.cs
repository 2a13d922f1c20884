using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hardware.Machine;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace OnMachine;

/// <summary>A test method that runs on the machine: its object, TestInitialize, the method and TestCleanup are the thread Main of
/// a board that has just been switched on. Threads are the board's, time is virtual and moves only with executed instructions or
/// when all threads wait; a test that waits for ever ends at once, with what each thread waits for.</summary>
/// <remarks>Nothing of the class runs on the PC: ClassInitialize and TestContext are not there. Arguments must be of types that
/// the PC and the machine share, or enums. An exception that nothing caught fails the test unless it is taken with
/// <see cref="Outside.TakeUnhandled"/>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public class MachineTestAttribute : TestMethodAttribute
{
    // Seldom lets one thread get far while another stands still, often lets many come between each other.
    private static readonly int[] s_switchPercent = [50, 5, 15, 30];

    /// <summary>The attribute.</summary>
    public MachineTestAttribute([CallerFilePath] string file = "", [CallerLineNumber] int line = -1)
        : base(file, line)
    {
    }

    /// <summary>A board of <see cref="Profiles"/>; empty: <see cref="Profile.Reference"/>, 2 us for each instruction.</summary>
    public string Board { get; set; } = "";

    /// <summary>What is in the board's heap for the firmware, where it shall be other than the board's; 0: the board's.</summary>
    public int HeapBytes { get; set; }

    /// <summary>Records that fit into the interrupt ring; 0: the board's.</summary>
    public int RingCapacity { get; set; }

    /// <summary>After the run as on a board: so many more, each with another sequence of forced switches.</summary>
    public int Seeds { get; set; }

    /// <summary>Only this one of them, to look at a failure again; 0: all.</summary>
    public int Seed { get; set; }

    /// <summary>Switches are forced at the firmware's accesses to fields and elements too.</summary>
    public bool Accesses { get; set; }

    /// <summary>A test that takes longer, in virtual time, has failed.</summary>
    public double LimitMilliseconds { get; set; } = 3_600_000;

    /// <inheritdoc/>
    public override Task<TestResult[]> ExecuteAsync(ITestMethod testMethod)
    {
        long begin = Stopwatch.GetTimestamp();
        TestResult result = new() { Outcome = UnitTestOutcome.Passed };
        try
        {
            Run(testMethod, result);
        }
        catch (Exception exception)
        {
            bool isInconclusive = exception is AssertInconclusiveException;
            result.Outcome = isInconclusive ? UnitTestOutcome.Inconclusive : UnitTestOutcome.Failed;
            result.TestFailureException = exception;
        }

        result.Duration = Stopwatch.GetElapsedTime(begin);
        return Task.FromResult<TestResult[]>([result]);
    }

    private void Run(ITestMethod testMethod, TestResult result)
    {
        Profile profile = Board == "" ? Profile.Reference
            : Profiles.Find(Board) ?? throw new ArgumentException($"There is no board {Board}; see Hardware.Machine.Profiles.");
        if (HeapBytes > 0) profile = profile with { HeapBytes = HeapBytes };
        if (RingCapacity > 0) profile = profile with { RingCapacity = RingCapacity };
        using TestMachine machine = new(FindAssembly(testMethod), profile);
        Action test = machine.Find(testMethod.MethodInfo, testMethod.Arguments ?? []);
        Run(machine, test, new RunOptions { UntilMilliseconds = LimitMilliseconds }, result);
    }

    /// <summary>The assembly of the test; the firmware that it uses lies beside it.</summary>
    private protected virtual string FindAssembly(ITestMethod testMethod) =>
        testMethod.MethodInfo.ReflectedType!.Assembly.Location;

    /// <summary>All runs of the test.</summary>
    private protected virtual void Run(TestMachine machine, Action test, RunOptions options, TestResult result)
    {
        if (Seed == 0) result.LogOutput = machine.Run(test, options).Text;
        for (int seed = Seed == 0 ? 1 : Seed; seed <= (Seed == 0 ? Seeds : Seed); seed++)
        {
            try
            {
                machine.Run(
                    test,
                    options with
                    {
                        Seed = seed,
                        SwitchPercent = s_switchPercent[seed % s_switchPercent.Length],
                        SwitchAtAccesses = Accesses,
                    });
            }
            catch (Exception exception)
            {
                throw new AssertFailedException(
                    $"With the forced switches of seed {seed} (Seed = {seed} in the attribute replays it): {exception.Message}",
                    exception);
            }
        }
    }
}
