using System;
using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

namespace ButtonModule;

/// <summary>The module of <i>Kernel Module 6 Workqueue</i> (wiki of FrankBau/meta-marsboard-bsp), written for a board: a top half
/// that queues an item for each interrupt, a work function that prints it, and a debounced button with an LED beside
/// it.</summary>
public sealed class Module
{
    private const int PoolCapacity = 16;
    private const int LedMilliseconds = 200;
    private const int HoldMilliseconds = 2000;
    private const int DoublePressMilliseconds = 400;

    private readonly GpioController _controller;
    private readonly Board _board;
    private readonly WorkPool _pool;

    // Constant lines of the top half: a literal would allocate 12 bytes each time it is evaluated.
    private readonly string _irqText = " irq_handler at jiffies=";
    private readonly string _notAllocatedText = "failed to allocate my_work";

    private readonly DelayedWork _ledOff;
    private readonly DelayedWork _hold;
    private readonly AutoResetEvent _unloadRequested = new AutoResetEvent(false);
    private readonly AutoResetEvent _dumpRequested = new AutoResetEvent(false);
    private readonly WaitHandle[] _requests;

    // Made by Init, ended by Exit.
    private Workqueue? _queue;
    private Workqueue? _buttonQueue;
    private GpioPin? _button;
    private GpioPin? _led;
    private GpioPin? _jumper;
    private Debounce? _debounce;
    private InterruptLine? _line;
    private MyWork? _rented; // top half only: an item of the pool that the queue does not have yet

    // Counted from Init to Exit.
    private int _interrupts; // the line's count, once it is freed
    private int _irqCounter; // top half only
    private int _queued; // top half only
    private int _notAllocated; // top half only
    private int _run; // my_queue's worker only. Not Interlocked: when a collection moved the object, its store was lost
    private int _failed; // my_queue's worker only
    private int _presses; // debounce handler only
    private long _pressedAt; // debounce handler only, in jiffies

    /// <summary>Makes what every load uses again; the pool's items are all the memory that interrupts need.</summary>
    public Module(GpioController controller, Board board)
    {
        _controller = controller;
        _board = board;
        _pool = new WorkPool(() => new MyWork(MyWorkqueueFunction), PoolCapacity);
        _ledOff = new DelayedWork(OnLedOff, "led_off");
        _hold = new DelayedWork(OnHeld, "hold");
        _requests = [_unloadRequested, _dumpRequested];
    }

    /// <summary>Loads the module. Linux: <c>my_init()</c>.</summary>
    /// <remarks>When something of it fails, it may be called again: it begins with undoing what is left.</remarks>
    public void Init()
    {
        Release();
        _interrupts = 0;
        _irqCounter = 0;
        _queued = 0;
        _notAllocated = 0;
        _run = 0;
        _failed = 0;
        _presses = 0;
        _pressedAt = -DoublePressMilliseconds;

        // Made while it can still fail.
        string loaded = "button_module: loaded on " + _board.Name;
        StartTrace();

        // A button can bounce, and a wire can pick up thousands of edges: they shall not fill the heap. Where it cannot be had,
        // the log says so, and that is all that changes.
        InterruptLine.UseDirectDispatch();
        Workqueue.HandlerFaulted += OnHandlerFaulted;
        _queue = Workqueue.Create("my_queue");
        _led = _controller.OpenPin(_board.LedPin, PinMode.Output);
        SetLed(false);
        _button = _controller.OpenPin(_board.ButtonPin, _board.ButtonMode);

        // A queue of its own: the debounce must not wait behind the lines that my_work prints.
        _buttonQueue = Workqueue.CreateSingleThread("button");
        _debounce = new Debounce(_buttonQueue, _button, _board.ButtonActiveLow, OnButton);
        _line = new InterruptLine(_button, PinEventTypes.Rising | PinEventTypes.Falling, IrqHandler, "button");
        _debounce.Look();
        KernelLog.Write(loaded);
    }

    /// <summary>Waits until somebody has held the button for two seconds. Meanwhile a double press shows what is going
    /// on.</summary>
    public void WaitForUnload()
    {
        while (WaitHandle.WaitAny(_requests) != 0)
        {
            Workqueue.Dump();
            InterruptLine.Dump();
            KernelLog.Write("WorkPool my_work: capacity=" + PoolCapacity.ToString() + " failed=" + _pool.FailedCount.ToString());
        }
    }

    /// <summary>Unloads the module. Linux: <c>my_exit()</c>.</summary>
    /// <remarks>When something of it fails, what is done is done, and calling it again does the rest.</remarks>
    public void Exit()
    {
        Release();
        KernelLog.Write("button_module: interrupts=" + _interrupts.ToString() + " presses=" + _presses.ToString());
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

    // First the source of work, then the work, then the queue. A step that fails is done again by the next call.
    private void Release()
    {
        if (_line != null)
        {
            _line.Dispose();
            _interrupts = _line.Count;
            _line = null;
        }

        if (_rented != null)
        {
            _pool.Return(_rented);
            _rented = null;
        }

        _debounce?.Cancel();
        _hold.CancelSync();
        _ledOff.CancelSync();
        if (_buttonQueue != null)
        {
            _buttonQueue.Destroy();
            _buttonQueue = null;
        }

        if (_queue != null)
        {
            _queue.Flush();
            _queue.Destroy();
            _queue = null;
        }

        if (_led != null)
        {
            SetLed(false);
            _led.Dispose();
            _led = null;
        }

        Workqueue.HandlerFaulted -= OnHandlerFaulted;
        _button?.Dispose();
        _button = null;
    }

    // A jumper, because a board has no command line, and a button would show up in the trace.
    private void StartTrace()
    {
        // Kept: one that could not be given back is still open when Init is called again.
        _jumper ??= _controller.OpenPin(_board.TracePin, PinMode.InputPullUp);
        bool isClosed = _jumper.Read() == PinValue.Low;
        _jumper.Dispose();
        _jumper = null;
        if (!isClosed) return;
        WorkqueueTrace.Start(_board.TraceRecords);
        KernelLog.Write("button_module: trace on, newest " + _board.TraceRecords.ToString() + " events");
    }

    // The top half (context I): tells the debounce, notes what happened in an item of the pool, and queues it. Nothing of it
    // allocates, but on a board each call may throw when memory is short: the press is seen first, and an item stays in _rented
    // until the queue has it.
    private void IrqHandler(InterruptLine line, PinEventTypes edge)
    {
        long now = Jiffies.Now;
        _debounce!.OnEdge(now);
        int irq = _irqCounter++;
        if (_rented == null) _rented = (MyWork?)_pool.TryRent();
        KernelLog.Write(_irqText, now);
        MyWork? myWork = _rented;
        if (myWork == null)
        {
            _notAllocated++;
            KernelLog.Write(_notAllocatedText);
            return;
        }

        myWork.IrqCounter = irq;
        myWork.Jiffies = now;
        myWork.IsRented = true;
        if (!_queue!.Queue(myWork)) return;
        _rented = null;
        _queued++;
    }

    // The bottom half (context W): it may block, and it owns the item until it returns it. It may also wait for memory.
    private void MyWorkqueueFunction(Work work)
    {
        MyWork myWork = (MyWork)work;
        bool hasRun = false;
        try
        {
            while (!hasRun)
            {
                try
                {
                    KernelLog.Write("my_workqueue_function, my_irq_counter=" + KernelLog.Pad(myWork.IrqCounter.ToString(), 4, ' ')
                        + ", my_jiffies=" + myWork.Jiffies.ToString());
                    hasRun = true;
                }
                catch (OutOfMemoryException)
                {
                    Thread.Sleep(1);
                }
            }
        }
        finally
        {
            GiveBack(myWork, hasRun);
        }
    }

    // The work function threw, or there was no memory even to call it.
    private void OnHandlerFaulted(Workqueue queue, Work work, Exception exception)
    {
        if (queue == _queue && work is MyWork myWork && myWork.IsRented) GiveBack(myWork, false);

        // An LED that stays on would not show the next press.
        if (work == _ledOff) queue.ModifyDelayed(_ledOff, LedMilliseconds);
        KernelLog.Write("workqueue " + queue.Name + ": work " + work.Name + " faulted: " + exception.Message);
    }

    private void GiveBack(MyWork myWork, bool hasRun)
    {
        bool isCounted = false;
        bool isBack = false;
        bool mustRest = false;
        while (!isBack)
        {
            try
            {
                if (mustRest) Thread.Sleep(1);
                if (!isCounted)
                {
                    if (hasRun) _run++;
                    else _failed++;
                    isCounted = true;
                }

                myWork.IsRented = false;
                _pool.Return(myWork);
                isBack = true;
            }
            catch (OutOfMemoryException)
            {
                // Tried until there is memory: a worker may wait, and the item must not get lost.
                mustRest = true;
            }
        }
    }

    // First what the press is for, then what is said about it: the line may fail, and it must not wait for the serial port,
    // or the pin would be read too late.
    private void OnButton(bool isPressed, int edges)
    {
        if (!isPressed)
        {
            _hold.Cancel();
            KernelLog.WriteDeferred("button: release (" + edges.ToString() + " edges)");
            return;
        }

        long now = Jiffies.Now;
        _presses++;

        // An LED that nothing will switch off would not show the next press.
        _buttonQueue!.ModifyDelayed(_ledOff, LedMilliseconds);
        SetLed(true);
        _buttonQueue.ModifyDelayed(_hold, HoldMilliseconds);
        if (now - _pressedAt < DoublePressMilliseconds) _dumpRequested.Set();
        _pressedAt = now;
        KernelLog.WriteDeferred("button: press #" + _presses.ToString() + " (" + edges.ToString() + " edges)");
    }

    // An edge may be lost: the runtime's ring drops the oldest, or there is no memory for it. So the button is looked at
    // again, or a lost release would swallow the next press.
    private void OnLedOff(Work work)
    {
        SetLed(false);
        _debounce!.Look();
    }

    private void OnHeld(Work work)
    {
        if (_debounce!.Look()) _unloadRequested.Set();
    }

    private void SetLed(bool isOn) => _led!.Write(isOn == _board.LedActiveLow ? PinValue.Low : PinValue.High);
}
