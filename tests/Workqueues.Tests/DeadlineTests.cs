namespace NFUnitTest;

/// <summary>Many deadlines, one hardware timer, and a clock that may stand anywhere.</summary>
[TestClass]
public class DeadlineTests
{
    // conformance: Delayed | many armed, random deadlines
    [TestMethod]
    public void QueueDelayed_ManyRandomDeadlines_RunInOrderOnOneTimer()
    {
        Bench bench = new Bench();
        const int Count = 150;
        Alarm[] alarms = new Alarm[Count];
        int runs = 0;
        int early = 0;
        int late = 0;
        int disorder = 0;
        Alarm? last = null;
        uint random = 12345;
        for (int i = 0; i < Count; i++)
        {
            alarms[i] = new Alarm(w =>
            {
                Alarm alarm = (Alarm)w;
                runs++;
                if (Jiffies.Now < alarm.Due) early++;
                if (Jiffies.Now > alarm.Due) late++;
                if (last != null && last.Due > alarm.Due) disorder++;
                if (last != null && last.Due == alarm.Due && last.Number > alarm.Number) disorder++;
                last = alarm;
            });
            random = random * 1664525 + 1013904223;
            int delay = 1 + (int)((random >> 16) % 400);
            alarms[i].Number = i;
            alarms[i].Due = Jiffies.Now + delay;
            Assert.IsTrue(bench.Queue.QueueDelayed(alarms[i], delay));
            if (i % 10 == 9) bench.Live(3);
        }

        bench.Live(401);
        Assert.AreEqual(Count, runs);
        Assert.AreEqual(0, early);
        Assert.AreEqual(0, late);
        Assert.AreEqual(0, disorder);
        Assert.IsFalse(bench.Timer.IsRequested);
        Check.Counters(bench.Queue, "queued " + Count.ToString() + " executed " + Count.ToString());
        bench.End();
    }

    [TestMethod]
    public void QueueDelayed_EqualDeadlines_RunInTheOrderTheyWereArmed()
    {
        Bench bench = new Bench();
        bench.Queue.QueueDelayed(bench.Delayed("a"), 30);
        bench.Live(10);
        bench.Queue.QueueDelayed(bench.Delayed("b"), 20);
        bench.Live(10);
        bench.Queue.QueueDelayed(bench.Delayed("x"), 9);
        bench.Queue.QueueDelayed(bench.Delayed("c"), 10);
        bench.Queue.QueueDelayed(bench.Delayed("y"), 5);
        bench.Live(5);
        bench.Queue.QueueDelayed(bench.Delayed("d"), 5);
        bench.Live(10);
        Assert.AreEqual("yxabcd", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void QueueDelayed_ExpiredInOneLateExpiry_RunInDeadlineOrder()
    {
        Bench bench = new Bench();
        bench.Queue.QueueDelayed(bench.Delayed("d"), 40);
        bench.Queue.QueueDelayed(bench.Delayed("a"), 10);
        bench.Queue.QueueDelayed(bench.Delayed("c"), 30);
        bench.Queue.QueueDelayed(bench.Delayed("e"), 41);
        bench.Queue.QueueDelayed(bench.Delayed("b"), 20);
        bench.Timer.Skip(40);
        bench.Timer.Advance(0);
        bench.StepAll();
        Assert.AreEqual("abcd", bench.Log);
        bench.Live(1);
        Assert.AreEqual("abcde", bench.Log);
        bench.End();
    }

    [TestMethod]
    public void Cancel_SomeOfMany_OthersKeepTheirDeadlines()
    {
        Bench bench = new Bench();
        const int Count = 64;
        Alarm[] alarms = new Alarm[Count];
        int wrong = 0;
        int runs = 0;
        for (int i = 0; i < Count; i++)
        {
            alarms[i] = new Alarm(w =>
            {
                runs++;
                if (((Alarm)w).Due != Jiffies.Now) wrong++;
            });
            int delay = 1 + i * 37 % 101;
            alarms[i].Due = Jiffies.Now + delay;
            bench.Queue.QueueDelayed(alarms[i], delay);
        }

        for (int i = 0; i < Count; i += 2) Assert.IsTrue(alarms[i].Cancel());
        for (int i = 1; i < Count; i += 4)
        {
            alarms[i].Due = Jiffies.Now + i * 3;
            Assert.IsTrue(bench.Queue.ModifyDelayed(alarms[i], i * 3));
        }

        bench.Live(200);
        Assert.AreEqual(Count / 2, runs);
        Assert.AreEqual(0, wrong);
        string half = (Count / 2).ToString();
        Check.Counters(bench.Queue, "queued " + Count.ToString() + " executed " + half + " canceled " + half);
        bench.End();
    }

    // conformance: Delayed | deadline passes while arming
    [TestMethod]
    public void QueueDelayed_DeadlinePassesWhileArming_StillRuns()
    {
        Bench bench = new Bench();
        bench.Timer.Arming = () => bench.Timer.Skip(50);
        Assert.IsTrue(bench.Queue.QueueDelayed(bench.Delayed("a"), 5));
        bench.Timer.Arming = null;
        bench.Timer.Advance(10);
        Assert.AreEqual(1, bench.StepAll());

        // The clock jumps past the deadline between its two readings, in every place.
        for (int read = 1; read <= 4; read++)
        {
            bench.Timer.SkipAtRead(read, 500);
            Assert.IsTrue(bench.Queue.QueueDelayed(bench.Delayed("b"), 5));
            bench.Timer.SkipAtRead(0, 0);
            bench.Timer.Advance(5);
            Assert.AreEqual(1, bench.StepAll());
        }

        Assert.AreEqual("abbbb", bench.Log);
        bench.End();
    }

    // The timer's owner looks again after arming: what came meanwhile is not left waiting behind a later deadline.
    [TestMethod]
    public void QueueDelayed_EarlierOneComesWhileArming_TimerGoesForTheEarlier()
    {
        Bench bench = new Bench();
        DelayedWork early = bench.Delayed("e");
        bool isFirst = true;
        bool taken = false;
        bench.Timer.Arming = () =>
        {
            if (!isFirst) return;
            isFirst = false;
            Call.Outside(() => taken = bench.Queue.QueueDelayed(early, 10));
        };
        Assert.IsTrue(bench.Queue.QueueDelayed(bench.Delayed("l"), 100));
        Assert.IsTrue(taken);
        Assert.AreEqual(10, bench.Timer.LastDelay);
        bench.Live(10);
        Assert.AreEqual("e", bench.Log);
        bench.Live(90);
        Assert.AreEqual("el", bench.Log);
        bench.End();
    }

    // R29: programmed only when the earliest deadline moves forward
    [TestMethod]
    public void QueueDelayed_LaterDeadlines_AskTheTimerOnce()
    {
        Bench bench = new Bench();
        for (int i = 0; i < 20; i++) bench.Queue.QueueDelayed(bench.Delayed("a"), 10 + i);
        Assert.AreEqual(1, bench.Timer.ArmCount);
        Assert.AreEqual(10, bench.Timer.LastDelay);
        bench.Queue.QueueDelayed(bench.Delayed("b"), 4);
        Assert.AreEqual(2, bench.Timer.ArmCount);
        Assert.AreEqual(4, bench.Timer.LastDelay);
        bench.Timer.Advance(4);
        Assert.AreEqual(3, bench.Timer.ArmCount);
        Assert.AreEqual(6, bench.Timer.LastDelay);
        bench.Live(26);
        Assert.AreEqual(21, bench.Log.Length);
        bench.End();
    }

    // R29: the debounce call moves a deadline at each edge
    [TestMethod]
    public void ModifyDelayed_AtEachEdge_DoesNotTouchTheTimer()
    {
        Bench bench = new Bench();
        DelayedWork work = bench.Delayed("a");
        bench.Queue.ModifyDelayed(work, 20);
        Assert.AreEqual(1, bench.Timer.ArmCount);
        for (int edge = 0; edge < 10; edge++)
        {
            bench.Timer.Advance(1);
            Assert.IsTrue(bench.Queue.ModifyDelayed(work, 20));
        }

        Assert.AreEqual(1, bench.Timer.ArmCount);
        bench.Live(19);
        Assert.AreEqual("", bench.Log);
        bench.Live(1);
        Assert.AreEqual("a", bench.Log);
        Assert.AreEqual(2, bench.Timer.ArmCount, "the first expiry found nothing due and asked again");
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // R29: only what is armed asks for the timer
    [TestMethod]
    public void QueueOn_AfterAnArming_DoesNotTouchTheTimer()
    {
        Bench bench = new Bench();
        bench.Queue.QueueDelayedOn(0, bench.Delayed("a"), 20);
        bench.Queue.QueueOn(0, bench.Item("b"));
        Assert.AreEqual(1, bench.Timer.ArmCount);
        bench.Live(20);
        Assert.AreEqual("ba", bench.Log);
        bench.End();
    }

    // R29: early, without a request, or twice
    [TestMethod]
    public void Expiry_SpuriousOrStale_IsHarmless()
    {
        Bench bench = new Bench();
        bench.Timer.Fire();
        Assert.IsFalse(bench.Timer.IsRequested);
        bench.Queue.QueueDelayed(bench.Delayed("a"), 10);
        for (int i = 0; i < 9; i++)
        {
            bench.Timer.Fire();
            bench.Timer.Skip(1);
            Assert.IsTrue(bench.Timer.IsRequested, "it asks again for what is still armed");
            Assert.AreEqual(0, bench.StepAll());
        }

        bench.Timer.Advance(1);
        bench.Timer.Fire();
        Assert.AreEqual(1, bench.StepAll());
        bench.Timer.Fire();
        Assert.AreEqual(0, bench.StepAll());
        Check.Counters(bench.Queue, "queued 1 executed 1");
        bench.End();
    }

    // conformance: Delayed | clock near the wrap of the millisecond counter (test with an offset)
    [TestMethod]
    public void QueueDelayed_ClockNearAWrap_OrderAndDelayUnchanged()
    {
        AcrossWrap(int.MaxValue);
        AcrossWrap(uint.MaxValue);
        AcrossWrap(long.MaxValue);
        AcrossWrap(-1);
        AcrossWrap(-1L - uint.MaxValue);
        AcrossWrap(long.MinValue + 100);
    }

    [TestMethod]
    public void ModifyDelayed_ClockNearAWrap_NewDeadlineHolds()
    {
        long[] wraps = [int.MaxValue, uint.MaxValue, long.MaxValue, -1];
        foreach (long wrap in wraps)
        {
            Bench bench = new Bench(wrap - 20);
            DelayedWork work = bench.Delayed("m");
            bench.Queue.QueueDelayed(bench.Delayed("a"), 15);
            bench.Queue.QueueDelayed(bench.Delayed("b"), 30);
            bench.Queue.QueueDelayed(work, 5);
            Assert.IsTrue(bench.Queue.ModifyDelayed(work, 22));
            Assert.AreEqual(22, work.RemainingMilliseconds);
            bench.Live(21);
            Assert.AreEqual("a", bench.Log);
            Assert.AreEqual(1, work.RemainingMilliseconds);
            bench.Live(1);
            Assert.AreEqual("am", bench.Log);
            Assert.IsFalse(bench.Queue.ModifyDelayed(work, 100));
            bench.Live(8);
            Assert.AreEqual("amb", bench.Log);
            Assert.IsTrue(work.Cancel());
            bench.End();
        }
    }

    // Every distance of two deadlines that one bit can tell apart, across the 32-bit boundary too.
    [TestMethod]
    public void QueueDelayed_DistancesOfEveryPowerOfTwo_RunInOrder()
    {
        Bench bench = new Bench(uint.MaxValue - 1000L);
        int[] delays = new int[31];
        Alarm[] alarms = new Alarm[31];
        int runs = 0;
        int wrong = 0;
        for (int i = 30; i >= 0; i--)
        {
            delays[i] = 1 << i;
            alarms[i] = new Alarm(w =>
            {
                if (((Alarm)w).Number != runs++) wrong++;
                if (((Alarm)w).Due != Jiffies.Now) wrong++;
            });
            alarms[i].Number = i;
            alarms[i].Due = Jiffies.Now + delays[i];
            bench.Queue.QueueDelayed(alarms[i], delays[i]);
        }

        int passed = 0;
        for (int i = 0; i < 31; i++)
        {
            bench.Timer.Advance(delays[i] - passed);
            passed = delays[i];
            Assert.AreEqual(1, bench.StepAll());
        }

        Assert.AreEqual(31, runs);
        Assert.AreEqual(0, wrong);
        bench.End();
    }

    // R29: UseTimer: Now goes on from where it is
    [TestMethod]
    public void UseTimer_WithItemsArmed_ClockGoesOnAndTheyRun()
    {
        Bench bench = new Bench(5000);
        DelayedWork work = bench.Delayed("a");
        bench.Queue.QueueDelayed(work, 30);
        bench.Timer.Advance(10);
        ManualTimer second = new ManualTimer();
        second.Advance(777);
        Jiffies.UseTimer(second);
        Assert.AreEqual(5010L, Jiffies.Now);
        Assert.AreEqual(20, work.RemainingMilliseconds);
        Assert.IsTrue(second.IsRequested);
        bench.Timer.Advance(100);
        Assert.AreEqual(5010L, Jiffies.Now, "the former clock no longer counts");
        Assert.AreEqual(0, bench.StepAll(), "nor does its late expiry");
        second.Advance(19);
        Assert.AreEqual(0, bench.StepAll());
        second.Advance(1);
        Assert.AreEqual(5030L, Jiffies.Now);
        Assert.AreEqual(1, bench.StepAll());
        Check.Null(() => Jiffies.UseTimer(null!));
        bench.End();
    }

    // R29: Jiffies
    [TestMethod]
    public void Now_ClockMoves_CountsItsMilliseconds()
    {
        Bench bench = new Bench(3_000_000_000_000);
        Assert.AreEqual(3_000_000_000_000L, Jiffies.Now);
        bench.Timer.Advance(1234);
        Assert.AreEqual(3_000_000_001_234L, Jiffies.Now);
        bench.End();
    }

    // The clock passes the wrap 20 ms after the start.
    private static void AcrossWrap(long wrap)
    {
        Bench bench = new Bench(wrap - 20);
        int[] delays = [40, 1, 21, 19, 20, 100, 22, 5];
        long start = Jiffies.Now;
        string times = "";
        foreach (int delay in delays)
        {
            DelayedWork work = new DelayedWork(w => times += (Jiffies.Now - start).ToString() + " ");
            Assert.IsTrue(bench.Queue.QueueDelayed(work, delay));
            Assert.AreEqual(delay, work.RemainingMilliseconds);
        }

        bench.Live(10);
        bench.Queue.QueueDelayed(new DelayedWork(w => times += "+" + (Jiffies.Now - start).ToString() + " "), 13);
        bench.Live(15);
        bench.Queue.QueueDelayed(new DelayedWork(w => times += "+" + (Jiffies.Now - start).ToString() + " "), 5);
        bench.Live(80);
        Assert.AreEqual("1 5 19 20 21 22 +23 +30 40 100 ", times);
        WorkqueueStatistics statistics = bench.Queue.GetStatistics();
        Assert.AreEqual(0L, statistics.MaxLatencyMicroseconds);
        bench.End();
    }

    private sealed class Alarm : DelayedWork
    {
        internal Alarm(WorkHandler handler)
            : base(handler)
        {
        }

        internal long Due { get; set; }

        internal int Number { get; set; }
    }
}
