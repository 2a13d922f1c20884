using System.Device.Gpio;
using System.Threading;
using ButtonModule;
using Workqueues;
using Workqueues.Gpio;

namespace QueueWork;

// struct my_work_struct: where C puts the base struct first, C# has a base class.
public sealed class MyWork : Work
{
    public int IrqCounter; // my data: number of irq
    public long IrqJiffies; // my data: time of irq

    public MyWork(WorkHandler handler)
        : base(handler, "my_work")
    {
    }
}

public static class Program
{
    // The top half's texts stand in fields: on a board a literal is made anew each time, and a top half allocates nothing.
    private static readonly string s_irqText = " irq_handler at jiffies=";
    private static readonly string s_noneText = "failed to allocate my_work";

    private static Workqueue s_myWorkqueue = null!; // made by MyInit, as is the pool
    private static WorkPool s_pool = null!;
    private static InterruptLine s_line = null!;
    private static int s_irqCounter;

    public static void Main()
    {
        if (Boards.Here() is not { } board) return;
        MyInit(board);
        Thread.Sleep(10_000); // meanwhile: press the button
        MyExit();
    }

    private static void MyInit(Board board)
    {
        s_myWorkqueue = Workqueue.Create("my_queue");
        s_pool = new WorkPool(() => new MyWork(MyWorkqueueFunction), 16); // as many items as may wait at once
        GpioPin button = new GpioController().OpenPin(board.ButtonPin, board.ButtonMode);
        s_line = new InterruptLine(button, PinEventTypes.Rising | PinEventTypes.Falling, IrqHandler, "button");
        KernelLog.Write("my_init: press the button");
    }

    private static void MyExit()
    {
        s_line.Dispose(); // free_irq: from here on nothing is queued any more
        s_myWorkqueue.Flush();
        s_myWorkqueue.Destroy();
        KernelLog.Write("my_exit: interrupts=" + s_irqCounter.ToString());
    }

    // The top half, in interrupt context: it must not wait, so it notes what happened and leaves the rest to the queue.
    private static void IrqHandler(InterruptLine line, PinEventTypes edge)
    {
        MyWork? myWork = (MyWork?)s_pool.TryRent(); // kmalloc, but of memory that is there already
        KernelLog.Write(s_irqText, Jiffies.Now);
        if (myWork == null)
        {
            KernelLog.Write(s_noneText);
        }
        else
        {
            myWork.IrqCounter = s_irqCounter;
            myWork.IrqJiffies = Jiffies.Now;
            s_myWorkqueue.Queue(myWork); // enqueue my work item
        }

        s_irqCounter++;
    }

    // The bottom half, called by the queue's worker: here it may wait, print, allocate.
    private static void MyWorkqueueFunction(Work work)
    {
        MyWork myWork = (MyWork)work; // downcasting to MyWork
        KernelLog.Write("my_workqueue_function, my_irq_counter=" + KernelLog.Pad(myWork.IrqCounter.ToString(), 4, ' ')
            + ", my_jiffies=" + myWork.IrqJiffies.ToString());
        s_pool.Return(myWork); // kfree
    }
}
