using System;
using System.Collections.Generic;

namespace Hardware.Machine;

/// <summary>One object that is locked.</summary>
internal sealed class Lock(object target)
{
    internal readonly Queue<FirmwareThread> Waiters = new();
    internal readonly object Target = target;
    internal FirmwareThread? Owner;
    internal int Depth;

    internal string Name => "a " + (Target is Type type ? "type, " + type.FullName : Target.GetType().FullName);
}

/// <summary>The machine's own locks (22 to 24): .NET's would be shared by all machines of the process where the object is (a
/// literal, a type), and could not be taken from a thread that was stopped.</summary>
internal sealed class LockTable(Core core)
{
    private readonly Dictionary<object, Lock> _locks = new(ReferenceEqualityComparer.Instance); // only those that are owned

    /// <summary>Those that are owned.</summary>
    internal int Count => _locks.Count;

    internal void Enter(object target)
    {
        FirmwareThread me = core.Scheduler.Current;
        if (!_locks.TryGetValue(target, out Lock? entry))
        {
            entry = new Lock(target) { Owner = me, Depth = 1 };
            _locks.Add(target, entry);
            me.Owned.Add(entry);
            return;
        }

        if (entry.Owner == me)
        {
            entry.Depth++;
            return;
        }

        entry.Waiters.Enqueue(me);
        core.Scheduler.Wait(new LockWait(entry), -1);
    }

    /// <returns>False: the running thread does not own it.</returns>
    internal bool TryExit(object target)
    {
        if (!_locks.TryGetValue(target, out Lock? entry) || entry.Owner != core.Scheduler.Current) return false;
        if (--entry.Depth == 0) Abandon(entry);
        return true;
    }

    /// <summary>Takes it from its owner and hands it to the one that has waited longest, who becomes ready as its
    /// owner.</summary>
    internal void Abandon(Lock entry)
    {
        entry.Owner!.Owned.Remove(entry);
        if (!entry.Waiters.TryDequeue(out FirmwareThread? next))
        {
            _locks.Remove(entry.Target);
            return;
        }

        entry.Owner = next;
        entry.Depth = 1;
        next.Owned.Add(entry);
        core.Scheduler.MakeReady(next);
    }
}
