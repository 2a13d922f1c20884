using System;
using System.Text;

namespace Hardware.Machine;

/// <summary>What a thread waits for.</summary>
internal abstract class Wait
{
    /// <summary>The runtime's block in the heap for it; 0: none.</summary>
    internal int BlockBytes { get; set; }

    /// <summary>The time was over first.</summary>
    internal bool IsTimedOut { get; set; }

    /// <summary>Its time is over: whatever keeps a list of its waiters forgets the thread.</summary>
    internal virtual void GiveUp(FirmwareThread thread)
    {
    }

    /// <summary>For the report: "the lock of …".</summary>
    internal abstract string Describe();
}

/// <summary>Time only.</summary>
internal sealed class SleepWait : Wait
{
    internal override string Describe() => "Sleep";
}

/// <summary>The end of a thread.</summary>
internal sealed class JoinWait(FirmwareThread thread) : Wait
{
    internal FirmwareThread Thread => thread;

    internal override string Describe() => "the end of " + thread.Name;
}

/// <summary>A lock.</summary>
internal sealed class LockWait(Lock wanted) : Wait
{
    internal Lock Lock => wanted;

    internal override string Describe() => $"the lock of {wanted.Name}, which {wanted.Owner!.Name} has";
}

/// <summary>Events: one, any or all of them.</summary>
internal sealed class EventWait(Platform.WaitHandle[] handles, bool isForAll) : Wait
{
    /// <summary>Which one was signalled.</summary>
    internal int Index { get; private set; } = -1;

    /// <summary>Takes the signal or signals, if that satisfies the wait (19).</summary>
    internal bool TryTake()
    {
        if (isForAll)
        {
            foreach (Platform.WaitHandle handle in handles)
            {
                if (!handle.IsSet) return false;
            }

            foreach (Platform.WaitHandle handle in handles) handle.Take();
            Index = 0;
            return true;
        }

        for (int i = 0; i < handles.Length; i++)
        {
            if (!handles[i].IsSet) continue;
            handles[i].Take();
            Index = i;
            return true;
        }

        return false;
    }

    internal bool IsFor(Platform.WaitHandle handle) => Array.IndexOf(handles, handle) >= 0;

    internal override string Describe()
    {
        if (handles.Length == 1) return "an " + handles[0].Kind;
        StringBuilder text = new(isForAll ? "all of " : "any of ");
        return text.Append(handles.Length).Append(" events").ToString();
    }
}
