using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

namespace ButtonModule;

/// <summary>The module of the seeds, written for a board: a top half that queues an item for each interrupt, a work function that
/// prints it, and a debounced button with an LED beside it.</summary>
public sealed class Module
{
    private const int PoolCapacity = 16;
    private const int LedMilliseconds = 200;
    private const int HoldMilliseconds = 2000;
    private const int DoublePressMilliseconds = 250;

    private readonly GpioController _controller;
    private readonly Board _board;
    private readonly WorkPool _pool;
    private readonly DelayedWork _ledOff;
    private readonly DelayedWork _hold;
    private readonly AutoResetEvent _unloadRequested = new AutoResetEvent(false);
    private readonly AutoResetEvent _dumpRequested = new AutoResetEvent(false);

    // Made by Init, ended by Exit.
    private Workqueue? _queue;
    private GpioPin? _button;
    private GpioPin? _led;
    private Debounce? _debounce;
    private InterruptLine? _line;

    // Counted from Init to Exit.
    private int _irqCounter; // top half only
    private int _queued; // top half only
    private int _notAllocated; // top half only
    private int _run; // Interlocked: a queue with a worker on each processor
    private int _failed; // Interlocked
    private int _presses; // debounce handler only
    private long _pressedAt; // debounce handler only, in jiffies

    /// <summary>Makes what every load uses again; the pool's items are all the memory that interrupts need.</summary>
    public Module(GpioController controller, Board board)
    {
        _controller = controller;
        _board = board;
        _pool = new WorkPool(() => new MyWork(MyWorkqueueFunction), PoolCapacity);
        _ledOff = new DelayedWork(_ => SetLed(false), "led_off");
        _hold = new DelayedWork(_ => _unloadRequested.Set(), "hold");
        Workqueue.HandlerFaulted += OnHandlerFaulted;
    }

    /// <summary>Loads the module. Linux: <c>my_init()</c>.</summary>
    public void Init()
    {
        _irqCounter = 0;
        _queued = 0;
        _notAllocated = 0;
        _run = 0;
        _failed = 0;
        _presses = 0;
        _pressedAt = -DoublePressMilliseconds;

        StartTrace();
        _queue = Workqueue.Create("my_queue");
        _led = _controller.OpenPin(_board.LedPin, PinMode.Output);
        SetLed(false);
        _button = _controller.OpenPin(_board.ButtonPin, _board.ButtonMode);
        _debounce = new Debounce(_queue, _button, _board.ButtonActiveLow, OnButton);
        _line = new InterruptLine(_button, PinEventTypes.Rising | PinEventTypes.Falling, IrqHandler, "button");
        KernelLog.Write("button_module: loaded on " + _board.Name);
    }

    /// <summary>Waits until somebody has held the button for two seconds. Meanwhile a double press shows what is going
    /// on.</summary>
    public void WaitForUnload()
    {
        WaitHandle[] requests = [_unloadRequested, _dumpRequested];
        while (WaitHandle.WaitAny(requests) != 0)
        {
            Workqueue.Dump();
            InterruptLine.Dump();
            KernelLog.Write("WorkPool my_work: capacity=" + PoolCapacity.ToString() + " failed=" + _pool.FailedCount.ToString());
        }
    }

    /// <summary>Unloads the module: first the source of work, then the work, then the queue. Linux: <c>my_exit()</c>.</summary>
    public void Exit()
    {
        int interrupts = _line!.Count;
        _line.Dispose();
        _debounce!.Cancel();
        _hold.CancelSync();
        _ledOff.CancelSync();
        _queue!.Flush();
        _queue.Destroy();
        SetLed(false);
        _led!.Dispose();
        _button!.Dispose();

        KernelLog.Write("button_module: interrupts=" + interrupts.ToString() + " presses=" + _presses.ToString());
        KernelLog.Write("button_module: items queued=" + _queued.ToString() + " run=" + _run.ToString() + " failed="
            + _failed.ToString() + ", not allocated=" + _notAllocated.ToString());
        if (WorkqueueTrace.IsOn)
        {
            WorkqueueTrace.Stop();
            WorkqueueTrace.WriteToLog();
            WorkqueueTrace.Clear();
        }

        KernelLog.Write("button_module: unloaded");
    }

    // A jumper, because a board has no command line, and a button would show up in the trace.
    private void StartTrace()
    {
        GpioPin jumper = _controller.OpenPin(_board.TracePin, PinMode.InputPullUp);
        bool isClosed = jumper.Read() == PinValue.Low;
        jumper.Dispose();
        if (!isClosed) return;
        WorkqueueTrace.Start(_board.TraceRecords);
        KernelLog.Write("button_module: trace on, newest " + _board.TraceRecords.ToString() + " events");
    }

    // The top half (context I): notes what happened in an item of the pool, and queues it.
    private void IrqHandler(InterruptLine line, PinEventTypes edge)
    {
        MyWork? myWork = (MyWork?)_pool.TryRent();
        KernelLog.Write(" irq_handler at jiffies=" + Jiffies.Now.ToString());
        if (myWork == null)
        {
            KernelLog.Write("failed to allocate my_work");
            _notAllocated++;
        }
        else
        {
            myWork.IrqCounter = _irqCounter;
            myWork.Jiffies = Jiffies.Now;
            if (_queue!.Queue(myWork)) _queued++;
            else _pool.Return(myWork);
        }

        _irqCounter++;
        _debounce!.OnEdge();
    }

    // The bottom half (context W): it may block, and it owns the item until it returns it.
    private void MyWorkqueueFunction(Work work)
    {
        MyWork myWork = (MyWork)work;
        KernelLog.Write("my_workqueue_function, my_irq_counter=" + KernelLog.Pad(myWork.IrqCounter.ToString(), 4, ' ')
            + ", my_jiffies=" + myWork.Jiffies.ToString());
        Interlocked.Increment(ref _run);
        _pool.Return(myWork);
    }

    private void OnButton(bool isPressed, int edges)
    {
        if (!isPressed)
        {
            _hold.Cancel();
            KernelLog.Write("button: release (" + edges.ToString() + " edges)");
            return;
        }

        _presses++;
        KernelLog.Write("button: press #" + _presses.ToString() + " (" + edges.ToString() + " edges)");
        SetLed(true);
        long now = Jiffies.Now;
        if (now - _pressedAt < DoublePressMilliseconds) _dumpRequested.Set();
        _pressedAt = now;
        _queue!.ModifyDelayed(_ledOff, LedMilliseconds);
        _queue.ModifyDelayed(_hold, HoldMilliseconds);
    }

    private void SetLed(bool isOn) => _led!.Write(isOn == _board.LedActiveLow ? PinValue.Low : PinValue.High);

    private void OnHandlerFaulted(Workqueue queue, Work work, System.Exception exception)
    {
        KernelLog.Write("workqueue " + queue.Name + ": work " + work.Name + " faulted: " + exception.Message);
        if (work is not MyWork) return;
        Interlocked.Increment(ref _failed);
        _pool.Return(work);
    }
}
