using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using Hardware.Machine.Loading;

namespace Hardware.Machine;

/// <summary>A board made of code, in virtual time: one core, the scheduler of the board's runtime, a clock that moves with the
/// executed instructions and jumps when nothing is ready.</summary>
/// <remarks>
/// <code>
/// using var machine = new Machine(Profile.Reference);
/// machine.Load("ButtonModule.dll");
/// machine.Pins.At(100, 0, 0);                       // ms, pin, level
/// RunResult result = machine.Run(new RunOptions { UntilMilliseconds = 1000 });
/// Console.Write(result.Text);
/// </code>
/// Each <see cref="Run"/> is a power-on: statics are made anew, time begins at 0. The same firmware, pins and options give the
/// same bytes, whatever the PC does meanwhile. A machine is used by one thread at a time; several machines in one process do
/// not see each other.
/// </remarks>
public sealed class Machine(Profile profile) : IDisposable
{
    private Image? _image;

    /// <summary>The board.</summary>
    public Profile Profile => profile;

    /// <summary>The wires that lead to its pins.</summary>
    public Pins Pins { get; } = new();

    /// <summary>False: .NET compiles the code quickly, and better while it runs; for machines that run for a moment only. What a
    /// collection finds alive may depend on the PC then.</summary>
    public bool IsOptimized { get; init; } = true;

    /// <summary>True: runs tell what each method took, see <see cref="RunResult.Methods"/>. It takes the PC's time and none of
    /// the board's.</summary>
    public bool IsProfiled { get; init; }

    /// <summary>Called with each line of the log when it is written, on a thread of the machine; it must not throw.</summary>
    public Action<LogLine>? LineWritten { get; set; }

    /// <summary>Loads a program and the libraries beside it.</summary>
    /// <param name="program">The assembly with Main: compiled for the PC, or for a board against its mscorlib.</param>
    /// <exception cref="UnknownMemberException">It uses what the machine does not have.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    public void Load(string program) => Load(program, []);

    /// <summary>Loads a program some of whose assemblies are no firmware but code of a PC that shall run on the machine: tests
    /// above all.</summary>
    /// <param name="program">The assembly with Main, or one whose code <see cref="Run(RunOptions?, Action?)"/> is given.</param>
    /// <param name="hosted">The names of those assemblies. Their threads, locks, events, timers, clocks, pins and console are
    /// the machine's, and they are preempted like firmware; the rest of .NET is theirs as it is. Packages that they refer to are
    /// not loaded again but shared with the caller. The other assemblies beside the program are firmware.</param>
    /// <remarks>What such code may not use (threads, time or devices that the machine has not) is found when it is called: the
    /// run throws <see cref="UnknownMemberException"/>. Objects that it makes itself are not in the board's heap; statics of its
    /// generic types are not made anew by a power-on.</remarks>
    /// <exception cref="UnknownMemberException">The firmware uses what the machine does not have.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read, or a hosted assembly is not there.</exception>
    public void Load(string program, IReadOnlyCollection<string> hosted)
    {
        Dispose();
        _image = Image.Load(program, hosted, profile.Costs, IsOptimized, IsProfiled);
        if (_image.UsesEsp32 is not { } type || profile.TargetName.StartsWith("ESP32", StringComparison.Ordinal)) return;

        // The board's runtime has no native half of it, and starts no program that refers to it.
        Dispose();
        throw new UnknownMemberException([type]);
    }

    /// <summary>Gives what was loaded to the next machine that loads the same, which takes no time then. Whoever does not call
    /// it leaves it to no one. <see cref="Program"/> and results stay readable; nobody but that machine may run code of
    /// it.</summary>
    public void Dispose()
    {
        _image?.Release();
        _image = null;
    }

    /// <summary>The program as it runs on the machine: a <see cref="Type"/> in here is not the one that the caller sees by its
    /// name.</summary>
    /// <exception cref="InvalidOperationException">Nothing is loaded.</exception>
    public Assembly Program => Loaded.Program;

    private Image Loaded => _image ?? throw new InvalidOperationException("No firmware is loaded: call Load first.");

    /// <summary>Switches the machine on, and off again when the run is over.</summary>
    /// <param name="options">What the run does otherwise than a board left alone.</param>
    /// <param name="main">Runs as the thread Main instead of the program's own; the run is over when it returns. It shall call
    /// code of <see cref="Program"/>: its own is not charged, and must not use threads or locks.</param>
    /// <exception cref="InvalidOperationException">Nothing is loaded.</exception>
    /// <exception cref="UnknownMemberException">Hosted code called what the machine does not have.</exception>
    public RunResult Run(RunOptions? options = null, Action? main = null)
    {
        options ??= new RunOptions();
        Image image = Loaded;
        long end = options.UntilMilliseconds is { } until ? (long)(until * 1_000_000) : long.MaxValue;
        SerialLog log = new(LineWritten);
        Core core = new(profile, options, Pins, log, end, image);
        if (IsProfiled) core.Methods = new MethodAccounts(core);
        options.RealTime?.Begin();
        image.Reset();
        Boot boot = new(core, image, main);
        boot.PowerOn();
        core.Scheduler.WaitForFinish();
        List<(FirmwareThread Thread, string State, bool WaitsForLock)> threads = [];
        foreach (FirmwareThread thread in core.Scheduler.Threads)
        {
            if (thread.State != RunState.Idle) threads.Add((thread, Describe(thread), thread.Wait is LockWait));
        }

        long instructions = core.Instructions;
        long calls = core.Calls;
        long time = core.Now;
        IReadOnlyList<MethodCost> methods = core.Methods?.All ?? [];
        core.Scheduler.PowerOff();
        core.Heap.Release();
        if (core.Refused != null) throw core.Refused;
        core.ChoiceFault?.Throw();
        return new RunResult
        {
            End = core.Scheduler.Outcome!.Value,
            Nanoseconds = time,
            Instructions = instructions,
            Calls = calls,
            Switches = core.Scheduler.Switches,
            IdleNanoseconds = core.Scheduler.IdleNanoseconds,
            Allocations = core.Heap.Allocations,
            AllocatedBytes = core.Heap.AllocatedBytes,
            FullestHeapBytes = core.Heap.FullestBytes,
            Collections = core.Heap.Collections,
            FailedAllocation = core.Heap.Failing.Failed,
            FailedCall = core.FailingCalls.Failed,
            FailedLogLine = core.FailingLines.Failed,
            EdgesRecorded = core.Interrupts.Recorded,
            EdgesLostInRing = core.Interrupts.DroppedByRing,
            EdgesLostInHeap = core.Interrupts.DroppedByHeap,
            EdgesDelivered = core.Interrupts.Delivered,
            EdgesUnheard = core.Interrupts.Unheard,
            EdgesFaulted = core.Interrupts.Faulted,
            EdgesWaiting = core.Interrupts.Waiting,
            ListeningSince = core.Pads.ListeningSince,
            ScriptStart = core.Pads.ScriptStart,
            Pins = [.. core.Meter?.Pins ?? []],
            Items = [.. core.Meter?.Items ?? []],
            Methods = methods,
            Log = log.Lines,
            PinChanges = core.Pads.Changes,
            UnhandledExceptions = log.UnhandledExceptions,
            Threads =
            [
                .. threads.Select(each => new ThreadReport(
                    each.Thread.Name, each.State, each.WaitsForLock, Frames(each.Thread.Stack))),
            ],
        };
    }

    private static string Describe(FirmwareThread thread)
    {
        if (thread.State != RunState.Waiting) return "is ready";
        string text = "waits for " + thread.Wait!.Describe();
        return thread.Deadline == long.MaxValue ? text : text + ", until " + thread.Deadline / 1_000_000 + " ms";
    }

    // The firmware's own frames.
    internal static List<string> Frames(StackTrace? stack)
    {
        List<string> frames = [];
        foreach (StackFrame frame in stack?.GetFrames() ?? [])
        {
            Type? type = frame.GetMethod()?.DeclaringType;
            if (type == null || !Image.IsFirmware(type.Assembly)) continue;
            string text = type.FullName + "." + frame.GetMethod()!.Name;
            string? file = frame.GetFileName();
            if (file != null) text += " in " + System.IO.Path.GetFileName(file) + ":line " + frame.GetFileLineNumber();
            frames.Add(text);
        }

        return frames;
    }
}
