using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Hardware.Machine.Loading;

namespace Hardware.Machine;

/// <summary>A board made of code, in virtual time: one core, the scheduler of the board's runtime, a clock that moves with the
/// executed instructions and jumps when nothing is ready.</summary>
/// <remarks>
/// <code>
/// var machine = new Machine(Profile.Reference);
/// machine.Load("ButtonModule.dll");
/// machine.Pins.At(100, 0, 0);                       // ms, pin, level
/// RunResult result = machine.Run(new RunOptions { UntilMilliseconds = 1000 });
/// Console.Write(result.Text);
/// </code>
/// Each <see cref="Run"/> is a power-on: statics are made anew, time begins at 0. The same firmware, pins and options give the
/// same bytes, whatever the PC does meanwhile. A machine is used by one thread at a time; several machines in one process do
/// not see each other.
/// </remarks>
public sealed class Machine(Profile profile)
{
    private Image? _image;

    /// <summary>The board.</summary>
    public Profile Profile => profile;

    /// <summary>The wires that lead to its pins.</summary>
    public Pins Pins { get; } = new();

    /// <summary>Called with each line of the log when it is written, on a thread of the machine; it must not throw.</summary>
    public Action<LogLine>? LineWritten { get; set; }

    /// <summary>Loads a program and the libraries beside it.</summary>
    /// <param name="program">The assembly with Main: compiled for the PC, or for a board against its mscorlib.</param>
    /// <exception cref="UnknownMemberException">It uses what the machine does not have.</exception>
    /// <exception cref="System.IO.IOException">A file cannot be read.</exception>
    public void Load(string program) => _image = Image.Load(program, profile.Costs);

    /// <summary>Switches the machine on, and off again when the run is over.</summary>
    /// <exception cref="InvalidOperationException">Nothing is loaded.</exception>
    public RunResult Run(RunOptions? options = null)
    {
        options ??= new RunOptions();
        Image image = _image ?? throw new InvalidOperationException("No firmware is loaded: call Load first.");
        long end = options.UntilMilliseconds is { } until ? (long)(until * 1_000_000) : long.MaxValue;
        SerialLog log = new(LineWritten);
        Core core = new(profile, options, Pins, log, end, image.UsesPins);
        options.RealTime?.Begin();
        image.Reset();
        Boot boot = new(core, image);
        boot.PowerOn();
        core.Scheduler.WaitForFinish();
        List<(FirmwareThread Thread, string State)> threads = [];
        foreach (FirmwareThread thread in core.Scheduler.Threads)
        {
            if (thread.State != RunState.Idle) threads.Add((thread, Describe(thread)));
        }

        long instructions = core.Instructions;
        long calls = core.Calls;
        long time = core.Now;
        core.Scheduler.PowerOff();
        core.Heap.Release();
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
            FailedAllocation = core.Heap.Failed,
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
            Pins = [.. core.Meter?.Pins ?? []],
            Items = [.. core.Meter?.Items ?? []],
            Log = log.Lines,
            PinChanges = core.Pads.Changes,
            UnhandledExceptions = log.UnhandledExceptions,
            Threads = [.. threads.Select(each => new ThreadReport(each.Thread.Name, each.State, Frames(each.Thread.Stack)))],
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
