using System;

namespace Hardware.Machine.Platform;

/// <summary>What a thread can wait for.</summary>
[Replaces("System.Threading.WaitHandle")]
public abstract class WaitHandle : MarshalByRefObject, IDisposable
{
    /// <summary>What <see cref="WaitAny(WaitHandle[], int, bool)"/> returns when the time is over.</summary>
    public const int WaitTimeout = 258;

    // Instructions of the library that a thread executes after it was woken.
    private const int AfterWait = 1;
    private const int AfterWaitAll = 5;

    private readonly Core _core = Core.Current;

    private protected WaitHandle(bool isSet, bool resetsItself)
    {
        IsSet = isSet;
        ResetsItself = resetsItself;
    }

    internal bool IsSet { get; private set; }

    internal string Kind => ResetsItself ? "AutoResetEvent" : "ManualResetEvent";

    private bool ResetsItself { get; }

    /// <summary>Waits until all are set, and takes them together (19).</summary>
    public static bool WaitAll(WaitHandle[] waitHandles)
    {
        bool isSet = WaitAll(waitHandles, -1, false);
        Core.Current.ChargeLibrary(AfterWait);
        return isSet;
    }

    /// <summary>The same, at most for a time.</summary>
    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
    {
        bool isSet = WaitFor(waitHandles, true, millisecondsTimeout) >= 0;
        Core.Current.ChargeLibrary(AfterWaitAll);
        return isSet;
    }

    /// <summary>Waits until one is set, and takes the first that is.</summary>
    public static int WaitAny(WaitHandle[] waitHandles)
    {
        int index = WaitAny(waitHandles, -1, false);
        Core.Current.ChargeLibrary(AfterWait);
        return index;
    }

    /// <summary>The same, at most for a time.</summary>
    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
    {
        int index = WaitFor(waitHandles, false, millisecondsTimeout);
        Core.Current.ChargeLibrary(AfterWait);
        return index < 0 ? WaitTimeout : index;
    }

    /// <summary>Waits until it is set.</summary>
    public virtual bool WaitOne()
    {
        bool isSet = WaitOne(-1, false);
        _core.ChargeLibrary(AfterWait);
        return isSet;
    }

    /// <summary>The same, at most for a time; not on a board.</summary>
    public virtual bool WaitOne(int millisecondsTimeout) => WaitOne(millisecondsTimeout, false);

    /// <summary>The same, at most for a time.</summary>
    public virtual bool WaitOne(int millisecondsTimeout, bool exitContext) =>
        WaitFor([this], false, millisecondsTimeout) >= 0;

    /// <summary>Does nothing, as on a board.</summary>
    public virtual void Close()
    {
    }

    /// <summary>Does nothing, as on a board.</summary>
    public void Dispose()
    {
    }

    /// <summary>Sets it, and wakes whom that satisfies, in the order in which they began to wait (16, 17).</summary>
    public bool Set()
    {
        _core.EnterNative(Places.Event);
        IsSet = true;
        foreach (FirmwareThread thread in _core.Scheduler.WaitingInOrder())
        {
            if (!IsSet) break;
            if (thread.Wait is EventWait wait && wait.IsFor(this) && wait.TryTake()) _core.Scheduler.MakeReady(thread);
        }

        _core.Point(Places.Behind);
        return true;
    }

    /// <summary>Sets it back.</summary>
    public bool Reset()
    {
        _core.EnterNative(Places.Event);
        IsSet = false;
        return true;
    }

    internal void Take()
    {
        if (ResetsItself) IsSet = false;
    }

    // The index of the one that was signalled, or -1.
    private static int WaitFor(WaitHandle[] handles, bool isForAll, int milliseconds)
    {
        if (milliseconds < -1) throw new ArgumentOutOfRangeException();
        foreach (WaitHandle handle in handles) ArgumentNullException.ThrowIfNull(handle);
        Core core = Core.Current;
        core.EnterNative(Places.Event);
        EventWait wait = new(handles, isForAll);
        return wait.TryTake() || core.Scheduler.Wait(wait, milliseconds) ? wait.Index : -1;
    }
}

/// <summary>A base class that only the PC has.</summary>
[Replaces("System.Threading.EventWaitHandle")]
public abstract class EventWaitHandle : WaitHandle
{
    private protected EventWaitHandle(bool isSet, bool resetsItself)
        : base(isSet, resetsItself)
    {
    }
}

/// <summary>Lets one waiter through.</summary>
[Replaces("System.Threading.AutoResetEvent")]
public sealed class AutoResetEvent(bool initialState) : EventWaitHandle(initialState, true)
{
}

/// <summary>Lets all through until it is reset.</summary>
[Replaces("System.Threading.ManualResetEvent")]
public sealed class ManualResetEvent(bool initialState) : EventWaitHandle(initialState, false)
{
}
