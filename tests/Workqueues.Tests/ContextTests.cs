using System;

namespace NFUnitTest;

/// <summary>What may and what may not be called in a top half and inside a timer expiry.</summary>
[TestClass]
public class ContextTests
{
    // conformance: Queues | from an interrupt handler or a timer expiry | any blocking call
    [TestMethod]
    public void Wait_BetweenEnterAndExit_IsRefusedWithoutEffect()
    {
        Bench bench = new Bench();
        Work queued = bench.Item("q");
        bench.Queue.Queue(queued);
        InterruptContext.Enter();
        string taken = Accepted(bench.Queue, queued);
        string takenIdle = Accepted(bench.Queue, bench.Item("i"));
        InterruptContext.Exit();
        Assert.AreEqual("", taken);
        Assert.AreEqual("", takenIdle);
        Check.States(WorkStates.Queued, queued);
        Assert.IsTrue(bench.Queue.Queue(bench.Item("r")));
        Assert.AreEqual(2, bench.StepAll());
        Assert.AreEqual("qr", bench.Log);
        bench.End();
    }

    // conformance: Queues | from an interrupt handler or a timer expiry | any blocking call
    [TestMethod]
    public void Wait_InsideAnExpiry_IsRefusedWithoutEffect()
    {
        Bench bench = new Bench();
        Work queued = bench.Item("q");
        DelayedWork later = bench.Delayed("l");
        bench.Queue.Queue(queued);
        bench.Queue.QueueDelayed(bench.Delayed("d"), 5);
        bench.Queue.QueueDelayed(later, 10);
        bool isActive = false;
        bool isActiveElsewhere = true;
        string taken = "not called";
        bench.Timer.Arming = () =>
        {
            isActive = InterruptContext.IsActive;
            Call.Outside(() => isActiveElsewhere = InterruptContext.IsActive);
            taken = Accepted(bench.Queue, queued) + Accepted(bench.Queue, later);
        };
        bench.Timer.Advance(5);
        bench.Timer.Arming = null;
        Assert.IsTrue(isActive);
        Assert.IsFalse(isActiveElsewhere);
        Assert.IsFalse(InterruptContext.IsActive);
        Assert.AreEqual("", taken);
        Check.States(WorkStates.Queued, queued);
        Assert.AreEqual(5, later.RemainingMilliseconds);
        bench.Live(5);
        Assert.AreEqual("qdl", bench.Log);
        bench.End();
    }

    // R5: from every context
    [TestMethod]
    public void Queue_InATopHalfAndInsideAnExpiry_Works()
    {
        Bench bench = new Bench();
        InterruptContext.Enter();
        string answers = NonBlocking(bench);
        InterruptContext.Exit();
        Assert.AreEqual("1110111110110", answers);

        bench.Queue.QueueDelayed(bench.Delayed("x"), 5);
        bench.Queue.QueueDelayed(bench.Delayed("y"), 6);
        answers = "";
        bool isFirst = true;
        bench.Timer.Arming = () =>
        {
            if (!isFirst) return;
            isFirst = false;
            answers = NonBlocking(bench);
        };
        bench.Timer.Advance(5);
        bench.Timer.Arming = null;
        Assert.AreEqual("1110111110110", answers);
        bench.Live(10);
        bench.End();
    }

    // R26: a top half inside a handler: the thread is atomic only between Enter and Exit
    [TestMethod]
    public void Enter_InsideAHandler_MarksItUntilExit()
    {
        Bench bench = new Bench();
        Workqueue other = bench.Add("other", 1, 1);
        bool before = true;
        bool between = false;
        bool refused = false;
        bool after = true;
        bench.Queue.Queue(new Work(w =>
        {
            before = InterruptContext.IsActive;
            InterruptContext.Enter();
            between = InterruptContext.IsActive;
            refused = Check.IsInvalid(() => other.Flush());
            InterruptContext.Exit();
            after = InterruptContext.IsActive;
            other.Flush();
        }));
        bench.StepAll();
        Assert.IsFalse(before);
        Assert.IsTrue(between);
        Assert.IsTrue(refused);
        Assert.IsFalse(after);
        bench.End();
    }

    // R26
    [TestMethod]
    public void IsActive_Nested_UntilTheLastExit()
    {
        Bench bench = new Bench();
        Assert.IsFalse(InterruptContext.IsActive);
        InterruptContext.Enter();
        InterruptContext.Enter();
        InterruptContext.Exit();
        Assert.IsTrue(InterruptContext.IsActive);
        Check.Invalid(() => bench.Queue.Flush());
        bool elsewhere = true;
        Call.Outside(() => elsewhere = InterruptContext.IsActive);
        Assert.IsFalse(elsewhere);
        InterruptContext.Exit();
        Assert.IsFalse(InterruptContext.IsActive);
        bench.Queue.Flush();
        Check.Invalid(() => InterruptContext.Exit());
        bench.End();
    }

    // R32: of a blocking call in a top half
    [TestMethod]
    public void Flush_InATopHalf_MessageNamesTheContext()
    {
        Bench bench = new Bench();
        string message = "";
        try
        {
            InterruptContext.Enter();
            bench.Queue.Flush();
        }
        catch (InvalidOperationException exception)
        {
            message = exception.Message;
        }

        InterruptContext.Exit();
        Assert.IsTrue(message.IndexOf("sleeping function called from interrupt context") >= 0);
        bench.End();
    }

    // The blocking calls that were not refused, by name.
    private static string Accepted(Workqueue queue, Work work)
    {
        SystemQueueTests.Touch();
        Processor.Configure(1, null);
        string accepted = "";
        if (!Check.IsInvalid(() => work.Flush())) accepted += "Work.Flush ";
        if (!Check.IsInvalid(() => work.CancelSync())) accepted += "CancelSync ";
        if (!Check.IsInvalid(() => work.DisableSync())) accepted += "DisableSync ";
        if (!Check.IsInvalid(() => queue.Flush())) accepted += "Flush ";
        if (!Check.IsInvalid(() => queue.Drain())) accepted += "Drain ";
        if (!Check.IsInvalid(() => queue.Freeze())) accepted += "Freeze ";
        if (!Check.IsInvalid(() => queue.Destroy())) accepted += "Destroy ";
        if (!Check.IsInvalid(() => queue.Dispose())) accepted += "Dispose ";
        if (!Check.IsInvalid(() => Workqueue.FlushScheduled())) accepted += "FlushScheduled ";
        if (!Check.IsInvalid(() => Workqueue.ScheduleOnEachProcessor(w => { }))) accepted += "ScheduleOnEachProcessor ";
        return accepted;
    }

    // What is allowed everywhere; leaves nothing pending.
    private static string NonBlocking(Bench bench)
    {
        Workqueue queue = bench.Queue;
        DelayedWork work = bench.Delayed("w");
        WorkPool pool = new WorkPool(() => bench.Item("p"), 1);
        string answers = Digit(queue.Queue(work)) + Digit(work.IsPending) + Digit(work.Cancel());
        answers += Digit(queue.ModifyDelayed(work, 50)) + Digit(queue.ModifyDelayed(work, 20));
        answers += Digit(work.RemainingMilliseconds == 20) + Digit(work.Disable()) + Digit(work.Enable());
        answers += Digit(queue.QueueDelayed(work, 0)) + Digit(queue.QueueOn(0, work)) + Digit(work.Cancel());
        Work? rented = pool.TryRent();
        pool.Return(rented!);
        queue.Thaw();
        return answers + Digit(rented != null) + Digit(work.Cancel());
    }

    private static string Digit(bool value) => value ? "1" : "0";
}
