namespace NFUnitTest;

/// <summary>Preallocated items for top halves.</summary>
[TestClass]
public class WorkPoolTests
{
    // R25: TryRent
    [TestMethod]
    public void TryRent_UntilEmpty_GivesEachItemOnceThenNull()
    {
        int made = 0;
        WorkPool pool = new WorkPool(() =>
        {
            made++;
            return new Work(w => { });
        }, 3);
        Assert.AreEqual(3, made);
        Work a = pool.TryRent()!;
        Work b = pool.TryRent()!;
        Work c = pool.TryRent()!;
        Assert.AreNotSame(a, b);
        Assert.AreNotSame(b, c);
        Assert.AreNotSame(a, c);
        Assert.AreEqual(0, pool.FailedCount);
        Assert.IsNull(pool.TryRent());
        Assert.IsNull(pool.TryRent());
        Assert.AreEqual(2, pool.FailedCount);
        pool.Return(b);
        Assert.AreSame(b, pool.TryRent()!);
        Assert.IsNull(pool.TryRent());
        Assert.AreEqual(3, pool.FailedCount);
        Assert.AreEqual(3, made);
    }

    // R25: Return
    [TestMethod]
    public void Constructor_WrongArguments_Throws()
    {
        WorkFactory good = () => new Work(w => { });
        Check.Null(() => new WorkPool(null!, 1));
        Check.OutOfRange(() => new WorkPool(good, 0));
        Check.OutOfRange(() => new WorkPool(good, -1));
        Check.Invalid(() => new WorkPool(() => null!, 1));
        int made = 0;
        Check.Invalid(() => new WorkPool(() => ++made == 2 ? null! : new Work(w => { }), 3));
    }

    // R25: one item twice would be rented by two at once
    [TestMethod]
    public void Constructor_FactoryGivesOneItemTwice_Throws()
    {
        Work same = new Work(w => { });
        Check.Invalid(() => new WorkPool(() => same, 2));
        Work[] items = new Work[] { new Work(w => { }), same, new Work(w => { }), same };
        int made = 0;
        Check.Invalid(() => new WorkPool(() => items[made++], 4));
        Assert.AreEqual(4, made);
        Assert.AreSame(same, new WorkPool(() => same, 1).TryRent()!);
    }

    // R25: who rented it next could not queue it
    [TestMethod]
    public void Return_Disabled_ThrowsAndItStaysRented()
    {
        Bench bench = new Bench();
        WorkPool pool = new WorkPool(() => bench.Item("a"), 1);
        Work work = pool.TryRent()!;
        work.Disable();
        work.Disable();
        Check.Invalid(() => pool.Return(work));
        Assert.IsFalse(work.Enable());
        Check.Invalid(() => pool.Return(work));
        Assert.IsNull(pool.TryRent());
        Check.States(WorkStates.Disabled, work);
        Assert.IsTrue(work.Enable());
        pool.Return(work);
        Assert.AreSame(work, pool.TryRent()!);
        Assert.IsTrue(bench.Queue.Queue(work));
        Assert.AreEqual(1, bench.StepAll());
        Assert.AreEqual("a", bench.Log);
        bench.End();
    }

    // It is disabled, and runs to its end: its handler cannot return it.
    [TestMethod]
    public void Return_OwnItemDisabledMeanwhile_IsRefused()
    {
        Bench bench = new Bench();
        WorkPool? pool = null;
        bool refused = false;
        pool = new WorkPool(() => new Work(w =>
        {
            w.Disable();
            refused = Check.IsInvalid(() => pool!.Return(w));
        }), 1);
        Work work = pool.TryRent()!;
        bench.Queue.Queue(work);
        Assert.AreEqual(1, bench.StepAll());
        Assert.IsTrue(refused);
        Assert.IsTrue(work.Enable());
        pool.Return(work);
        Assert.AreSame(work, pool.TryRent()!);
        bench.End();
    }

    [TestMethod]
    public void Return_NullForeignOrTwice_ThrowsAndThePoolIsUnharmed()
    {
        WorkPool pool = new WorkPool(() => new Work(w => { }), 2);
        WorkPool other = new WorkPool(() => new Work(w => { }), 1);
        Work a = pool.TryRent()!;
        Work foreign = other.TryRent()!;
        Check.Null(() => pool.Return(null!));
        Check.Invalid(() => pool.Return(new Work(w => { })));
        Check.Invalid(() => pool.Return(foreign));
        pool.Return(a);
        Check.Invalid(() => pool.Return(a));
        Work b = pool.TryRent()!;
        Work c = pool.TryRent()!;
        Assert.AreNotSame(b, c);
        Assert.IsNull(pool.TryRent());
        pool.Return(b);
        pool.Return(c);
        other.Return(foreign);
        Assert.AreEqual(1, pool.FailedCount);
    }

    [TestMethod]
    public void Return_StillPending_ThrowsAndItStaysRented()
    {
        Bench bench = new Bench();
        WorkPool pool = new WorkPool(() => bench.Delayed("a"), 1);
        DelayedWork work = (DelayedWork)pool.TryRent()!;
        bench.Queue.Queue(work);
        Check.Invalid(() => pool.Return(work));
        Check.States(WorkStates.Queued, work);
        Assert.IsTrue(work.Cancel());
        bench.Queue.QueueDelayed(work, 5);
        Check.Invalid(() => pool.Return(work));
        Assert.IsNull(pool.TryRent());
        bench.Live(5);
        Assert.AreEqual("a", bench.Log);
        pool.Return(work);
        Assert.AreSame(work, pool.TryRent()!);
        bench.End();
    }

    // R25: a handler returns its own item; rented and queued meanwhile it runs again afterwards
    [TestMethod]
    public void Return_OwnItemRentedAndQueuedMeanwhile_RunsAgainAfterwards()
    {
        Bench bench = new Bench();
        Workqueue queue = bench.Add("two workers", 1, 2);
        WorkPool? pool = null;
        int runs = 0;
        int inside = 0;
        int insideMost = 0;
        bool queued = false;
        bool ranBeside = true;
        pool = new WorkPool(() => new Work(w =>
        {
            inside++;
            if (inside > insideMost) insideMost = inside;
            pool!.Return(w);
            if (++runs == 1)
            {
                Call.Outside(() => queued = queue.Queue(pool.TryRent()!));
                ranBeside = Bench.Step(queue, 1);
            }

            inside--;
        }), 1);
        queue.Queue(pool.TryRent()!);
        Assert.IsTrue(Bench.Step(queue, 0));
        Assert.IsTrue(queued);
        Assert.IsFalse(ranBeside);
        Assert.IsTrue(Bench.Step(queue, 0));
        Assert.AreEqual(2, runs);
        Assert.AreEqual(1, insideMost);
        Assert.IsNotNull(pool.TryRent());
        bench.End();
    }

    // R25: a handler that queued its item again cannot return it
    [TestMethod]
    public void Return_OwnItemQueuedAgain_IsRefused()
    {
        Bench bench = new Bench();
        WorkPool? pool = null;
        int runs = 0;
        bool refused = false;
        pool = new WorkPool(() => new Work(w =>
        {
            if (++runs == 1)
            {
                bench.Queue.Queue(w);
                refused = Check.IsInvalid(() => pool!.Return(w));
            }
            else
            {
                pool!.Return(w);
            }
        }), 1);
        bench.Queue.Queue(pool.TryRent()!);
        Assert.AreEqual(2, bench.StepAll());
        Assert.IsTrue(refused);
        Assert.IsNotNull(pool.TryRent());
        bench.End();
    }

    // The button module's way: rent and queue from a top half, return in the handler.
    [TestMethod]
    public void TryRent_FromAnotherThreadWhileHandlersReturn_LosesNone()
    {
        Jiffies.SetTimer(new ManualTimer(), 0, 0);
        Workqueue queue = Workqueue.CreateSingleThread("pool");
        WorkPool? pool = null;
        int runs = 0;
        pool = new WorkPool(() => new Work(w =>
        {
            runs++;
            pool!.Return(w);
        }), 4);
        int queued = 0;
        int failed = 0;
        for (int i = 0; i < 500; i++)
        {
            Work? work = pool.TryRent();
            if (work == null) failed++;
            else if (queue.Queue(work)) queued++;
        }

        queue.Flush();
        Assert.AreEqual(500, queued + failed);
        Assert.AreEqual(queued, runs);
        Assert.AreEqual(failed, pool.FailedCount);
        for (int i = 0; i < 4; i++) Assert.IsNotNull(pool.TryRent());
        Assert.IsNull(pool.TryRent());
        queue.Destroy();
    }
}
