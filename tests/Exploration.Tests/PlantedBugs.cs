using Hardware.Machine;

namespace Exploration.Tests;

/// <summary>A bug that the explorer must find.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Program">The program that shows it.</param>
/// <param name="Broken">What the failure says, in part.</param>
/// <param name="Changes">How it comes into the sources.</param>
internal sealed record PlantedBug(string Name, string Program, string Broken, params SourceChange[] Changes)
{
    /// <summary>Where threads may be interrupted.</summary>
    internal Places Places { get; init; } = Explorer.Operations;
}

/// <summary>Bugs that such a library has had, or could easily have.</summary>
internal static class PlantedBugs
{
    internal static readonly PlantedBug[] All =
    [
        new("the only idle worker gets no signal",
            "queue || cancel || run",
            "a lost wake-up",
            new SourceChange("Workqueue.cs", "mustWake = pool.IdleCountLocked > 0;", "mustWake = pool.IdleCountLocked > 1;"),
            new SourceChange("Workqueue.cs", "pool.IdleCountLocked > 0) wake", "pool.IdleCountLocked > 1) wake")),

        new("a worker looks for work, and counts as idle only later",
            "queue || cancel || run",
            "a lost wake-up",
            new SourceChange("Worker.cs",
                """
                                if (Watch != Idle)
                                {
                                    Watch = Idle;
                                    _pool.IdleCountLocked++;
                                }

                                return null;
                """,
                "                return null;"),
            new SourceChange("Worker.cs",
                """
                                isEmpty = true;
                                Watch = Idle;
                                pool.IdleCountLocked = idle + 1;

                """,
                "                isEmpty = true;\n"),
            new SourceChange("Worker.cs",
                "                _pool.Wake.WaitOne();\n",
                """
                                lock (Workqueue.Gate)
                                {
                                    if (Watch != Idle) _pool.IdleCountLocked++;
                                    Watch = Idle;
                                }

                                _pool.Wake.WaitOne();

                """)),

        new("pending ends only after the lock has been left",
            "queue || cancel || run",
            "",
            new SourceChange("Worker.cs",
                "start;\n            work.Bits = (bits & ~Work.Pending) | (int)WorkStates.Running;\n            work.Home = null;\n",
                "start;\n"),
            new SourceChange("Worker.cs",
                """
                                    work.Home = null;
                                    work.Bits = (bits & ~Work.Pending) | (int)WorkStates.Running;

                """,
                ""),
            new SourceChange("Worker.cs",
                "        bool isFaulted = false;\n",
                """
                        lock (Workqueue.Gate)
                        {
                            work.Bits = (work.Bits & ~Work.Pending) | (int)WorkStates.Running;
                            work.Home = null;
                        }

                        bool isFaulted = false;

                """)),

        new("CancelSync does not bar the item from being queued",
            "CancelSync || an item that queues itself",
            "being cancelled and may be queued",
            new SourceChange("Work.cs", "                if (isRunning) Bits |= (int)WorkStates.Canceling;\n", "")),

        new("the first CancelSync that returns lifts the bar of the others",
            "CancelSync || CancelSync || an item that queues itself",
            "being cancelled and may be queued",
            new SourceChange("Work.cs",
                "if (waiter.LeaveLocked()) Bits &= ~(int)WorkStates.Canceling;",
                "waiter.LeaveLocked(); Bits &= ~(int)WorkStates.Canceling;")),

        new("two threads may program the timer",
            "arm || arm || timer: the earliest deadline wins",
            "two threads arm the timer at once",
            new SourceChange("DeadlineList.cs", "        if (IsProgrammingLocked) return false;\n", "")),

        new("after arming nobody looks again",
            "arm || arm || timer: the earliest deadline wins",
            "nobody does it",
            new SourceChange("DeadlineList.cs",
                "            timer.Arm(delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay);\n",
                """
                            timer.Arm(delay < 1 ? 1 : delay > int.MaxValue ? int.MaxValue : (int)delay);
                            lock (Workqueue.Gate)
                            {
                                IsProgrammingLocked = false;
                                return;
                            }

                """)),

        new("the expiry does not ask for the next deadline",
            "arm || arm || timer: the earliest deadline wins",
            "a lost deadline",
            new SourceChange("DeadlineList.cs",
                "                    if (s_count > 0) program = RequestLocked(s_earliest);\n", "")),

        new("items that come after a Flush have its colour",
            "Flush || queue and cancel of a later item",
            "Flush returned",
            new SourceChange("Workqueue.cs", "            _colour = (_colour + 1) & (Work.ColourLimit - 1);\n", "")),

        new("Flush waits until the queue is empty",
            "Flush || Flush || a later item that blocks until both have returned",
            "deadlock",
            new SourceChange("Workqueue.cs",
                "Waiter.Flush => !isOlderOpen && waiter.Count == 0,", "Waiter.Flush => IsEmptyLocked,")),

        new("who flushes an item that starts is forgotten",
            "Work.Flush || Work.Flush || an item that queues itself",
            "a caller waits for item",
            new SourceChange("Worker.cs", "            if (Waiter.ItemsLocked != null) Waiter.ItemStartedLocked(work);\n", "")),

        new("Destroy does not look for what chained work has armed",
            "Destroy || chained work that queues and arms",
            "Destroy returned and an item is armed",
            new SourceChange("Workqueue.cs",
                "if (!IsEmptyLocked || ArmedLocked > 0) return false;", "if (!IsEmptyLocked) return false;")),

        new("Destroy leaves other queues' items where no worker is any more",
            "Destroy || an item of another queue that runs on its worker and queues itself again",
            "",
            new SourceChange("Workqueue.cs",
                "                while (pool.FirstLocked != null) pool.FirstLocked.MoveHomeLocked();\n", "")),

        new("an item whose worker's queue is gone wakes nobody when it ends",
            "Destroy || an item of another queue that runs on its worker and queues itself again",
            "a lost wake-up",
            new SourceChange("Worker.cs",
                "else if (work.Pool != _pool && work.Pool!.IdleCountLocked > 0) wake = work.Pool.Wake;", "")),

        new("Thaw wakes nobody",
            "Freeze, Thaw || queue || run",
            "a lost wake-up",
            new SourceChange("Workqueue.cs",
                "is made again.\n            if (done != null) Waiter.Signal(ref done);\n            WakeAll();\n",
                "is made again.\n            if (done != null) Waiter.Signal(ref done);\n")),

        new("a worker takes an item that still runs",
            "two workers || one item that is queued again and again",
            "beside itself",
            new SourceChange("WorkerPool.cs",
                "(work.Bits & (int)WorkStates.Running) == 0 && !work.Home!.IsFrozenLocked", "!work.Home!.IsFrozenLocked")),

        new("the monitor forgets, between two looks, that it is armed again",
            "two runs under a watchdog || time",
            "the monitor says it is armed and is not",
            new SourceChange("WorkerMonitor.cs",
                "        s_mustProgram = false;\n        bool isAny = false;\n",
                "        IsArmedLocked = false;\n        s_mustProgram = false;\n        bool isAny = false;\n")),

        new("Cancel wakes who flushes with the lock held",
            "Work.Flush || cancel || expiry",
            "is called with the library's lock held",
            new SourceChange("Work.cs",
                "                wasPending = CancelLocked(ref done);\n            }\n",
                """
                                wasPending = CancelLocked(ref done);
                                Waiter.Signal(ref done);
                            }

                """)),

        new("Cancel takes no lock",
            "queue || cancel || run",
            "",
            new SourceChange("Work.cs",
                """
                            lock (Workqueue.Gate)
                            {
                                wasPending = CancelLocked(ref done);
                            }

                """,
                "            wasPending = CancelLocked(ref done);\n"))
        {
            Places = Explorer.Accesses,
        },

        new("ModifyDelayed takes no lock",
            "ModifyDelayed || run || cancel",
            "",
            new SourceChange("Workqueue.cs",
                "        lock (Gate)\n        {\n            int bits = work.Bits;\n",
                "        if (!mayMove) Monitor.Enter(Gate);\n        try\n        {\n            int bits = work.Bits;\n"),
            new SourceChange("Workqueue.cs",
                "            outcome = (bits & Work.Pending) != 0 ? Moved : Taken;\n        }\n",
                """
                            outcome = (bits & Work.Pending) != 0 ? Moved : Taken;
                        }
                        finally
                        {
                            if (!mayMove) Monitor.Exit(Gate);
                        }

                """))
        {
            Places = Explorer.Accesses,
        },

        new("of two signals that come as one, the second worker never hears",
            "two workers || two items, the first of which waits for the second",
            "a lost wake-up",
            new SourceChange("Worker.cs",
                "if (_pool.IdleCountLocked > 0 && _pool.NextLocked(work) != null) wake = _pool.Wake;", "")),
    ];
}
