using System;
using System.Collections.Generic;
using System.Threading;

namespace Hardware.Machine;

/// <summary>A .NET thread that carries one thread of a firmware after the other: making one costs a hundred times what a
/// switch costs.</summary>
internal sealed class Carrier
{
    // A board's threads fit into some kilobytes, but a frame of compiled code is larger than one of the interpreter.
    private const int StackBytes = 1 << 20;

    private static readonly Stack<Carrier> s_free = new();

    // What hands on costs 7 us of the PC's processor with an event, 17 with Monitor.Wait and Pulse; a semaphore spins before it
    // waits, and what that burns the other machines of the process lack.
    private readonly AutoResetEvent _work = new(false);
    private readonly AutoResetEvent _go = new(false);
    private Action? _job;

    private Carrier()
    {
        Thread thread = new(Loop, StackBytes) { IsBackground = true, Name = "firmware" };
        thread.Start();
    }

    /// <summary>One that carries nothing.</summary>
    internal static Carrier Take()
    {
        lock (s_free)
        {
            if (s_free.TryPop(out Carrier? carrier)) return carrier;
        }

        return new Carrier();
    }

    /// <summary>Begins a job. It must not throw.</summary>
    internal void Run(Action job)
    {
        _job = job;
        _work.Set();
    }

    /// <summary>Lets a job go on that waits, or the next time that it waits.</summary>
    internal void Resume() => _go.Set();

    /// <summary>For the job: until somebody resumes it.</summary>
    internal void Wait() => _go.WaitOne();

    private void Loop()
    {
        while (true)
        {
            _work.WaitOne();
            _job!();
            _job = null;
            lock (s_free) s_free.Push(this);
        }
    }
}
