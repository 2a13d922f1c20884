using System;
using System.Threading;

namespace Hardware.Machine.Platform;

/// <summary>A thread, as the firmware sees it.</summary>
[Replaces("System.Threading.Thread")]
public sealed class Thread
{
    private readonly Core _core = Core.Current;
    private readonly FirmwareThread _thread;

    /// <summary>A thread that has not started.</summary>
    public Thread(ThreadStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        int id = _core.Scheduler.NextId();
        _thread = new FirmwareThread(_core, "thread " + id, id, FirmwareThread.Normal, () => start()) { ThreadObject = this };
    }

    private Thread(FirmwareThread thread)
    {
        _thread = thread;
        thread.ThreadObject = this;
    }

    /// <summary>The object that started the thread; for Main and the runtime's own threads one that is made when it is asked
    /// for, and found again until a collection takes it (39).</summary>
    public static Thread CurrentThread
    {
        get
        {
            Core core = Core.Current;
            core.Spend(core.Profile.NativeCallNanoseconds);
            FirmwareThread thread = core.Scheduler.Current;
            if (thread.ThreadObject != null) return (Thread)thread.ThreadObject;
            core.Heap.Allocate(ObjectBytes);
            Thread made = new(thread);
            core.Heap.Track(made, ObjectBytes);
            return made;
        }
    }

    /// <summary>0 for Main and the runtime's own threads.</summary>
    public int ManagedThreadId => _thread.Id;

    /// <summary>Started and not ended.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Not on a board, where the compiler refuses it: for reports.</summary>
    public string? Name
    {
        get => _thread.Name;
        set => _thread.Name = value ?? _thread.Name;
    }

    /// <summary>Not on a board; without effect here, where threads keep the program alive as they do there.</summary>
    public bool IsBackground { get; set; }

    /// <summary>One of five; that of the dispatcher shows as the highest of them.</summary>
    public ThreadPriority Priority
    {
        get => (ThreadPriority)Math.Min(_thread.Priority, FirmwareThread.Highest);
        set
        {
            if (value is < ThreadPriority.Lowest or > ThreadPriority.Highest) throw new ArgumentException(null);
            _core.EnterNative(Places.Thread);
            _thread.Priority = (int)value;
            FirmwareThread me = _core.Scheduler.Current;
            if (_thread != me && _thread.IsAlive && _thread.Priority > me.Priority) _core.Scheduler.GiveWay(); // (12)
        }
    }

    /// <summary>Unstarted, running (or ready), waiting, stopped (14).</summary>
    public ThreadState ThreadState => _thread.State switch
    {
        RunState.Unstarted => ThreadState.Unstarted,
        RunState.Waiting => ThreadState.WaitSleepJoin,
        RunState.Ended => ThreadState.Stopped,
        _ => ThreadState.Running,
    };

    private const int ObjectBytes = 72;

    /// <summary>Leaves the processor for a time.</summary>
    public static void Sleep(int millisecondsTimeout)
    {
        Core core = Core.Current;
        if (millisecondsTimeout < -1) throw new ArgumentOutOfRangeException();
        core.EnterNative(Places.Thread);
        if (millisecondsTimeout == 0) core.Scheduler.Yield();
        else core.Scheduler.Wait(new SleepWait(), millisecondsTimeout);
    }

    /// <summary>Leaves the processor for a time.</summary>
    public static void Sleep(TimeSpan timeout) => Sleep(Milliseconds(timeout));

    /// <summary>Computes for a while.</summary>
    public static void SpinWait(int iterations)
    {
        if (iterations > 0) Core.Current.ChargeLibrary(iterations);
    }

    /// <summary>Puts it into the ready list.</summary>
    public void Start()
    {
        if (_thread.State != RunState.Unstarted) throw new ArgumentException(null);
        _core.EnterNative(Places.Thread);
        _thread.Blocks = [_core.Heap.AllocateBlock(Heap.SubThreadBlockBytes), _core.Heap.AllocateBlock(Heap.ThreadBlockBytes)];
        _core.Scheduler.Start(_thread);
    }

    /// <summary>Waits until it has ended.</summary>
    public void Join() => Join(-1);

    /// <summary>Waits until it has ended, at most for a time.</summary>
    public bool Join(int millisecondsTimeout)
    {
        if (millisecondsTimeout < -1) throw new ArgumentOutOfRangeException();
        _core.EnterNative(Places.Thread);
        if (_thread.State == RunState.Ended) return true;
        return _core.Scheduler.Wait(new JoinWait(_thread), millisecondsTimeout);
    }

    /// <summary>Waits until it has ended, at most for a time.</summary>
    public bool Join(TimeSpan timeout) => Join(Milliseconds(timeout));

    internal static int Milliseconds(TimeSpan time) => (int)(time.Ticks / TimeSpan.TicksPerMillisecond);
}
