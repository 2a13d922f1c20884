using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Hardware.Machine;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Reference;

namespace OnMachine;

/// <summary>What of the firmware is made to fail.</summary>
public enum Failing
{
    /// <summary>Calls, each before it begins.</summary>
    Calls,

    /// <summary>Allocations.</summary>
    Allocations,

    /// <summary>Lines of the log.</summary>
    Lines,
}

/// <summary>A test on the machine that is run once undisturbed, and then once for each step of the firmware with that step
/// failing, the way SQLite tests what it does without memory. Steps of the test itself never fail.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InjectedTestAttribute : MachineTestAttribute
{
    private const string AllVariable = "INJECT_ALL";
    private const string BeforeMain = "static constructors"; // no firmware can put right what fails there
    private const int Shown = 8;

    private static readonly ConcurrentDictionary<string, Lazy<string>> s_onBoard = new();

    private readonly Failing _failing;

    /// <summary>The attribute.</summary>
    public InjectedTestAttribute(Failing failing, [CallerFilePath] string file = "", [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        _failing = failing;
        LimitMilliseconds = 10_000;
    }

    /// <summary>So many steps fail, from each one on.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Not from each step on but from one in so many, unless the environment variable INJECT_ALL is set.</summary>
    public int Every { get; set; } = 1;

    /// <summary>Only this step, to look at a failure again; 0: all.</summary>
    public int Only { get; set; }

    // With the firmware as a board gets it: a PC's build makes calls of its own.
    private protected override string FindAssembly(ITestMethod testMethod) =>
        s_onBoard.GetOrAdd(
            testMethod.MethodInfo.ReflectedType!.Assembly.Location, own => new Lazy<string>(() => Copy(own))).Value;

    private static string Copy(string own)
    {
        string folder = Directory.CreateTempSubdirectory("injection").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        FirmwareBuild.Build(FirmwareBuild.FindFirmware(), folder);
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(own)!))
        {
            string copy = Path.Combine(folder, Path.GetFileName(file));
            if (Path.GetExtension(file) is ".dll" or ".pdb" && !File.Exists(copy)) File.Copy(file, copy);
        }

        return Path.Combine(folder, Path.GetFileName(own));
    }

    private protected override void Run(TestMachine machine, Action test, RunOptions options, TestResult result)
    {
        long begin = Stopwatch.GetTimestamp();
        machine.Run(test, options);
        bool isAll = Environment.GetEnvironmentVariable(AllVariable) is { Length: > 0 };
        int every = isAll ? 1 : Every;
        int runs = 0;
        int beforeMain = 0;
        bool isBeforeMain = Only == 0;
        int faults = 0;
        StringBuilder report = new();
        for (long step = Only > 0 ? Only : 1; ; step += every)
        {
            FailedStep? failed = null;
            if (isBeforeMain)
            {
                // Not to its end: what is left of the firmware may wait for a long time.
                isBeforeMain = IsBeforeMain(machine, step);
                if (isBeforeMain)
                {
                    beforeMain++;
                    runs++;
                    continue;
                }
            }

            try
            {
                machine.Run(test, Fail(options, step), each => failed = Failed(each));
            }
            catch (Exception exception)
            {
                if (++faults <= Shown || isAll)
                {
                    report
                        .Append(CultureInfo.InvariantCulture, $"{_failing} {step} (Only = {step} replays it) failing, ")
                        .Append(CultureInfo.InvariantCulture, $"\"{failed?.What}\" on ")
                        .Append(failed?.Thread).Append(" at ").AppendJoin(" < ", failed?.Stack.Take(5) ?? []).Append(": ")
                        .Append(exception.Message.Split('\n')[0]).Append('\n');
                }
            }

            if (failed == null) break;
            runs++;
            if (Only > 0) break;
        }

        string which = every == 1 ? "each" : $"one in {every}";
        string seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds.ToString("f1", CultureInfo.InvariantCulture);
        result.LogOutput = $"{runs} runs, {which} of the {_failing} with {Count} failing from it on, "
            + $"{beforeMain} of them before Main, {seconds} s\n";
        if (runs == 0) throw new AssertFailedException($"There are no {_failing} to fail.");
        if (faults > 0) throw new AssertFailedException($"{faults} of {result.LogOutput}{report}");
    }

    private bool IsBeforeMain(TestMachine machine, long step)
    {
        FailedStep? failed = null;
        try
        {
            RunOptions options = new() { UntilMilliseconds = 1 };
            machine.Run(() => { }, Fail(options, step), each => failed = Failed(each));
        }
        catch (Exception exception) when (exception is AssertFailedException or OutOfMemoryException)
        {
            // It is not to its end.
        }

        return failed?.Thread == BeforeMain;
    }

    private RunOptions Fail(RunOptions options, long step) => _failing switch
    {
        Failing.Calls => options with { FailCall = step, FailCallCount = Count },
        Failing.Allocations => options with { FailAllocation = step, FailAllocationCount = Count },
        _ => options with { FailLogLine = step, FailLogLineCount = Count },
    };

    private FailedStep? Failed(RunResult result) => _failing switch
    {
        Failing.Calls => result.FailedCall,
        Failing.Allocations => result.FailedAllocation,
        _ => result.FailedLogLine,
    };
}
