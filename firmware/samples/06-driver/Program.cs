using System;
using System.Device.Gpio;
using System.Threading;
using ButtonModule;
using Workqueues;

namespace Driver;

/// <summary>One edge, with what the top half noted of it.</summary>
public sealed class EdgeWork : Work
{
    public bool IsRising;
    public long Jiffies;

    public EdgeWork(WorkHandler handler)
        : base(handler, "edge")
    {
    }
}

/// <summary>A driver with a top half of its own: where events come from something else than an InterruptLine (a receiver of
/// serial bytes, a CAN controller, a library's callback), this is how they join. Here it is the pin's own event.</summary>
public sealed class EdgeDriver : IDisposable
{
    private readonly GpioPin _pin;
    private readonly Workqueue _queue = Workqueue.CreateSingleThread("edge_driver");
    private readonly WorkPool _pool;
    private long _last = -1; // the worker's only

    public EdgeDriver(GpioPin pin)
    {
        _pin = pin;
        _pool = new WorkPool(() => new EdgeWork(OnEdge), 8);
        _pin.ValueChanged += OnPin; // the last step: from here on it is called
    }

    public void Dispose()
    {
        _pin.ValueChanged -= OnPin;
        _queue.Destroy(); // does what was queued; an edge that is still on its way is refused
        KernelLog.Write("driver: closed, edges without an item: " + _pool.FailedCount.ToString());
    }

    // The top half, on the runtime's dispatcher. Between Enter and Exit the library knows that nothing here may wait: calls that
    // would are refused, and the log only notes its lines.
    private void OnPin(object sender, PinValueChangedEventArgs e)
    {
        InterruptContext.Enter();
        try
        {
            EdgeWork? work = (EdgeWork?)_pool.TryRent();
            if (work == null) return; // counted by the pool
            work.IsRising = e.ChangeType == PinEventTypes.Rising;
            work.Jiffies = Workqueues.Jiffies.Now;
            if (!_queue.Queue(work)) _pool.Return(work); // the queue is being destroyed: nobody else gives the item back
        }
        finally
        {
            InterruptContext.Exit();
        }
    }

    // The bottom half.
    private void OnEdge(Work work)
    {
        EdgeWork edge = (EdgeWork)work;
        string since = _last < 0 ? "" : ", " + (edge.Jiffies - _last).ToString() + " ms after the one before";
        _last = edge.Jiffies;
        KernelLog.Write("driver: " + (edge.IsRising ? "rising" : "falling") + " edge at " + edge.Jiffies.ToString() + since);
        _pool.Return(edge);
    }
}

public static class Program
{
    public static void Main()
    {
        if (Boards.Here() is not { } board) return;
        GpioPin button = new GpioController().OpenPin(board.ButtonPin, board.ButtonMode);
        EdgeDriver driver = new EdgeDriver(button);
        KernelLog.Write("driver: press the button");
        Thread.Sleep(10_000);
        driver.Dispose();
    }
}
