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

    private readonly Baton _work = new();
    private Action? _job;

    private Carrier()
    {
        Thread thread = new(Loop, StackBytes) { IsBackground = true, Name = "firmware" };
        thread.Start();
    }

    /// <summary>Runs a job on a thread of its own. It must not throw.</summary>
    internal static void Run(Action job)
    {
        Carrier? carrier;
        lock (s_free) s_free.TryPop(out carrier);
        carrier ??= new Carrier();
        carrier._job = job;
        carrier._work.Release();
    }

    private void Loop()
    {
        while (true)
        {
            _work.Wait();
            _job!();
            _job = null;
            lock (s_free) s_free.Push(this);
        }
    }
}
