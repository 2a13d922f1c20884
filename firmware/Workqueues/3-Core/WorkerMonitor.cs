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
/// only counted; when the next one is not seen to keep the CPU, the count goes back to 0. Looking takes longer than a short
/// run: the next three slow ones of that handler are not looked at then, and do not count.</para>
/// <para>Linux: <c>wq_watchdog</c>, and <c>workqueue.cpu_intensive_thresh_us</c> with <c>wq_cpu_intensive_report()</c>.</para>
/// </remarks>
internal static class WorkerMonitor
{
    private const int HandlerLimit = 8;
    private const int ReportedFrom = 4;
    private const int Pause = 3;

    // Worker.Watch
    private const int WatchHog = 1;
    private const int WatchStall = 2;
    private const int SeenHog = 4;
    private const int SeenStall = 8;

    /// <summary>A run that keeps the CPU for longer is a hog's: Linux's threshold.</summary>
    internal const int HogMilliseconds = 10;

    private static readonly WorkHandler?[] s_handlers = new WorkHandler?[HandlerLimit]; // L those that were slow
    private static readonly int[] s_counts = new int[HandlerLimit]; // L how often in a row they were hogs; < 0: runs to let pass
    internal static int HandlerCountLocked; // L
    private static LookDeadline? s_deadline; // S
    internal static bool IsArmedLocked; // L
    private static long s_due; // L while it is armed
    private static bool s_mustProgram; // L told by LookLocked

    /// <summary>Makes what stands for the monitor among the deadlines, unless there is one. Called by whoever makes a
    /// queue.</summary>
    internal static void EnsureDeadline()
    {
        if (s_deadline != null) return;
        LookDeadline deadline = new LookDeadline();
        lock (Gate.Lock)
        {
            if (s_deadline == null) s_deadline = deadline;
        }
    }

    /// <summary>Watches the run that is about to begin.</summary>
    /// <returns>True: the caller calls <see cref="Deadlines.Program"/> once it has left the lock.</returns>
    internal static bool WatchLocked(Worker worker, Work work, Workqueue home, long now)
    {
        bool isStall = home.WatchdogMilliseconds > 0;
        bool isHog = (work.Bits & Work.Suspect) != 0;
        int delay = isHog ? HogMilliseconds + 1 : home.WatchdogMilliseconds;
        if (isStall && home.WatchdogMilliseconds < delay) delay = home.WatchdogMilliseconds;
        bool program = ArmLocked(now, now + delay);
        worker.OnCpuSinceMilliseconds = now;
        worker.Watch = (isStall ? WatchStall : 0) | (isHog ? WatchHog : 0);
        return program;
    }

    /// <summary>Looks at every watched run, after the monitor's deadline has passed, and names who is stuck. On the timer's
    /// thread, because nobody else is sure to run, but outside interrupt context: the line is written at once. What it says
    /// was seen under the lock, at one moment.</summary>
    internal static void Look()
    {
        Worker? stuck;
        do
        {
            Work? work = null;
            Workqueue? home = null;
            long milliseconds = 0;
            int waiting = 0;
            bool program;
            long now = Clock.Now;
            lock (Gate.Lock)
            {
                stuck = LookLocked(now);
                program = s_mustProgram;
                if (stuck == null)
                {
                    Deadlines.FollowUp = null;
                }
                else
                {
                    work = stuck.CurrentLocked;
                    home = stuck.CurrentHomeLocked;
                    milliseconds = now - stuck.StartedMillisecondsLocked;
                    waiting = home!.WaitingLocked;
                }
            }

            if (program) Deadlines.Program();
            if (stuck != null) ReportStall(stuck, work!, home!, milliseconds, waiting);
        }
        while (stuck != null);
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
    /// <returns>How often in a row the handler was a hog; 0 or less when it waited.</returns>
    internal static int EndedLocked(Worker worker, Work work)
    {
        int i = FindLocked(work.Handler);
        if (i < 0)
        {
            // Full: the one that was a hog the fewest times makes room.
            i = HandlerCountLocked < HandlerLimit ? HandlerCountLocked++ : LeastLocked();
            s_handlers[i] = work.Handler;
            s_counts[i] = 0;
        }

        int count = s_counts[i] + 1;
        if ((worker.Watch & SeenHog) != 0 && count < 1) count = 1;
        if ((worker.Watch & (WatchHog | SeenHog)) == WatchHog) count = -Pause;
        s_counts[i] = count;
        work.Bits &= ~Work.Suspect;
        if (count >= 0) work.Bits |= Work.Suspect;
        return count;
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
            KernelLog.Write("BUG: workqueue lockup - " + worker.ToString() + " stuck for " + milliseconds.ToString() + " ms in "
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
        if (IsArmedLocked && due - s_due >= 0) return false;
        Deadlines.Done = null;
        bool program = Deadlines.ArmLocked(s_deadline!, now, due, IsArmedLocked);
        if (Deadlines.Done != s_deadline) throw new OutOfMemoryException();
        s_due = due;
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

    /// <summary>The monitor among the deadlines: when its time comes, it looks, once the expiry is over.</summary>
    private sealed class LookDeadline : WorkLink
    {
        private readonly HardwareTimerExpired _look = Look; // made here: there may be no memory for it later

        internal override AutoResetEvent? ExpireLocked(long now)
        {
            Deadlines.Done = this;
            Previous = null;
            IsArmedLocked = false;
            Deadlines.FollowUp = _look;
            return null;
        }
    }
}
