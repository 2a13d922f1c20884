using System;
using System.Threading;

namespace Workqueues;

/// <summary>Looks at workers that are in one handler for long: names a worker that is stuck (the watchdog), and handlers that
/// keep the CPU (hogs; on this CLR a hog delays every interrupt by up to a quantum of 20 ms).</summary>
/// <remarks>
/// <para>It looks from the timer's expiry, at the moment when a run would become a stall or a hog, and only at runs that are
/// watched: those of a queue with a watchdog, and those of handlers that were slow before. All others cost two
/// comparisons.</para>
/// <para>A hog is told from a handler that waits by the state of its thread. The first slow run of a handler is not looked at,
/// only counted; when the next one is seen waiting, the count goes back to 0.</para>
/// <para>Linux: <c>wq_watchdog</c>, and <c>workqueue.cpu_intensive_thresh_us</c> with <c>wq_cpu_intensive_report()</c>.</para>
/// </remarks>
internal static class WorkerMonitor
{
    private const int HandlerLimit = 8;
    private const int ReportedFrom = 4;

    // Worker.Watch
    private const int WatchHog = 1;
    private const int WatchStall = 2;
    private const int SeenHog = 4;
    private const int SeenStall = 8;

    /// <summary>A run that keeps the CPU for longer is a hog's: Linux's threshold.</summary>
    internal const int HogMilliseconds = 10;

    // Field rules: L with Workqueue.Gate held
    private static readonly WorkHandler?[] s_handlers = new WorkHandler?[HandlerLimit]; // L those that were slow
    private static readonly int[] s_counts = new int[HandlerLimit]; // L how often in a row they were hogs
    internal static int HandlerCountLocked; // L
    private static Work? s_item; // L set once: its place in the list of deadlines
    internal static bool IsArmedLocked; // L
    private static bool s_mustProgram; // L told by LookLocked

    /// <summary>What stands for the monitor in <see cref="DeadlineList"/>.</summary>
    internal static Work? ItemLocked => s_item;

    /// <summary>True: its deadline has passed, and it has not looked yet.</summary>
    internal static bool IsLookDue; // L read without it by the expiry, which is one thread's

    /// <summary>Makes <see cref="ItemLocked"/>, unless there is one. Called by whoever makes a queue.</summary>
    internal static void EnsureItem()
    {
        if (s_item != null) return;
        Work item = new Work(_ => { }, "monitor");
        lock (Workqueue.Gate)
        {
            if (s_item == null) s_item = item;
        }
    }

    /// <summary>True when the run that begins has to be watched.</summary>
    internal static bool IsNeededLocked(Work work, Workqueue home) =>
        home.WatchdogMilliseconds > 0 || (HandlerCountLocked > 0 && FindLocked(work.Handler) >= 0);

    /// <summary>Watches the run that begins.</summary>
    /// <returns>True: the caller calls <see cref="DeadlineList.Program"/> once it has left the lock.</returns>
    internal static bool WatchLocked(Worker worker, Work work, Workqueue home, long now)
    {
        worker.OnCpuSinceMilliseconds = now;
        worker.Watch = (home.WatchdogMilliseconds > 0 ? WatchStall : 0)
            | (HandlerCountLocked > 0 && FindLocked(work.Handler) >= 0 ? WatchHog : 0);
        return ArmLocked(now, DueLocked(worker));
    }

    /// <summary>Looks at every watched run, after the monitor's deadline has passed, and names who is stuck. On the timer's
    /// thread, because nobody else is sure to run, but outside interrupt context: the line is written at once. What it says
    /// was seen under the lock, at one moment.</summary>
    internal static void Look(long now)
    {
        while (true)
        {
            Worker? stuck;
            Work? work = null;
            Workqueue? home = null;
            long milliseconds = 0;
            int waiting = 0;
            bool program;
            lock (Workqueue.Gate)
            {
                stuck = LookLocked(now);
                program = s_mustProgram;
                if (stuck == null)
                {
                    IsLookDue = false;
                }
                else
                {
                    work = stuck.CurrentLocked;
                    home = stuck.CurrentHomeLocked;
                    milliseconds = now - stuck.StartedMillisecondsLocked;
                    waiting = home!.WaitingLocked;
                }
            }

            if (program) DeadlineList.Program();
            if (stuck == null) return;
            ReportStall(stuck, work!, home!, milliseconds, waiting);
        }
    }

    // A run that began since the deadline passed may have asked for the next look already. Returns a worker that is stuck and
    // not reported yet: the caller reports it outside the lock and asks again.
    private static Worker? LookLocked(long now)
    {
        s_mustProgram = false;
        bool isAny = false;
        long next = 0;
        for (Worker? worker = Worker.FirstLocked; worker != null; worker = worker.NextLocked)
        {
            if (worker.CurrentLocked == null || worker.Watch == 0) continue;
            if ((worker.Watch & WatchHog) != 0 && (worker.Watch & SeenHog) == 0) LookForHogLocked(worker, now);
            if ((worker.Watch & WatchStall) != 0 && (worker.Watch & SeenStall) == 0
                && now - worker.StartedMillisecondsLocked >= worker.CurrentHomeLocked!.WatchdogMilliseconds)
            {
                worker.Watch |= SeenStall;
                return worker;
            }

            if (!IsWatchedLocked(worker)) continue;
            long due = DueLocked(worker);
            if (!isAny || due - next < 0) next = due;
            isAny = true;
        }

        if (isAny) s_mustProgram = ArmLocked(now, next);
        return null;
    }

    /// <summary>A run took longer than <see cref="HogMilliseconds"/>.</summary>
    /// <returns>How often in a row the handler was a hog; 0 when it waited.</returns>
    internal static int EndedLocked(Worker worker, Work work)
    {
        int i = FindLocked(work.Handler);
        if (i < 0)
        {
            // Full: the one that was a hog the fewest times makes room.
            i = HandlerCountLocked < HandlerLimit ? HandlerCountLocked++ : LeastLocked();
            s_handlers[i] = work.Handler;
            s_counts[i] = 1;
        }
        else if ((worker.Watch & WatchHog) == 0 || (worker.Watch & SeenHog) != 0)
        {
            s_counts[i]++;
        }
        else
        {
            s_counts[i] = 0;
        }

        return s_counts[i];
    }

    /// <summary>True for 4, 8, 16…: the report backs off.</summary>
    internal static bool IsReportedAt(int count) => count >= ReportedFrom && (count & (count - 1)) == 0;

    /// <summary>Names a hog. On its worker, after the run. It does not throw.</summary>
    internal static void ReportHog(Work work, int count)
    {
        try
        {
            KernelLog.Write("workqueue: " + work.Name + " hogged CPU for >" + HogMilliseconds.ToString() + "000us "
                + count.ToString() + " times, consider splitting it or calling Thread.Sleep(0) in it");
        }
        catch (Exception)
        {
            KernelLog.CountLost();
        }
    }

    private static void ReportStall(Worker worker, Work work, Workqueue home, long milliseconds, int waiting)
    {
        try
        {
            KernelLog.Write("BUG: workqueue lockup - " + worker.Name + " stuck for " + milliseconds.ToString() + " ms in "
                + work.Name + " of " + home.Name + ", " + waiting.ToString() + " waiting");
        }
        catch (Exception)
        {
            KernelLog.CountLost();
        }
    }

    // Waiting, in whatever, is not hogging. Only what was on the CPU at every look since counts.
    private static void LookForHogLocked(Worker worker, long now)
    {
        Thread? thread = worker.Thread;
        if (thread == null || (thread.ThreadState & ThreadState.WaitSleepJoin) != 0) worker.OnCpuSinceMilliseconds = now;
        else if (now - worker.OnCpuSinceMilliseconds > HogMilliseconds) worker.Watch |= SeenHog;
    }

    private static bool IsWatchedLocked(Worker worker) =>
        (worker.Watch & (WatchHog | SeenHog)) == WatchHog || (worker.Watch & (WatchStall | SeenStall)) == WatchStall;

    private static long DueLocked(Worker worker)
    {
        long stall = worker.StartedMillisecondsLocked + worker.CurrentHomeLocked!.WatchdogMilliseconds;
        long hog = worker.OnCpuSinceMilliseconds + HogMilliseconds + 1;
        if ((worker.Watch & (WatchHog | SeenHog)) != WatchHog) return stall;
        if ((worker.Watch & (WatchStall | SeenStall)) != WatchStall) return hog;
        return stall - hog < 0 ? stall : hog;
    }

    private static bool ArmLocked(long now, long due)
    {
        if (IsArmedLocked)
        {
            if (due - s_item!.Stamp >= 0) return false;
            DeadlineList.RemoveLocked(s_item);
            IsArmedLocked = false;
        }

        bool program = DeadlineList.ArmLocked(s_item!, now, due);
        IsArmedLocked = true;
        return program;
    }

    /// <summary>The place of a handler among those that are known as hogs; -1: it is not one.</summary>
    internal static int FindLocked(WorkHandler handler)
    {
        for (int i = 0; i < HandlerCountLocked; i++)
        {
            if (s_handlers[i]!.Equals(handler)) return i;
        }

        return -1;
    }

    private static int LeastLocked()
    {
        int least = 0;
        for (int i = 1; i < HandlerCountLocked; i++)
        {
            if (s_counts[i] < s_counts[least]) least = i;
        }

        return least;
    }
}
