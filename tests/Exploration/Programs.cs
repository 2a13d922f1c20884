using Workqueues;

namespace Exploration;

/// <summary>A small program for the explorer: threads, workers, a timer, and what must hold.</summary>
/// <param name="Name">What it is about: who does what beside whom.</param>
/// <param name="SetUp">Makes its queues, items and threads, once for each schedule.</param>
internal sealed record ExplorationProgram(string Name, Action<Scene> SetUp);

/// <summary>What is explored: small programs, each about calls that come at the same time. "||" separates threads.</summary>
internal static class Programs
{
    internal static readonly ExplorationProgram[] All =
    [
        new("queue || cancel || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Thread("queue", () =>
            {
                s.Queue(queue, item);
                s.Queue(queue, item);
            });
            s.Thread("cancel", () => s.Cancel(item));
        }),

        new("three queued in order || cancel of the second: first in, first out", s =>
        {
            Workqueue queue = s.Queue("q");
            string order = "";
            Item a = s.Item("a", _ => order += "a");
            Item b = s.Item("b", _ => order += "b");
            Item c = s.Item("c", _ => order += "c");
            s.Thread("queue", () =>
            {
                s.Queue(queue, a);
                s.Queue(queue, b);
                s.Queue(queue, c);
            });
            s.Thread("cancel", () => s.Cancel(b));
            s.AtRest(() => s.Check(order == (b.Ended == 1 ? "abc" : "ac"), $"the items ran in the order {order}"));
        }),

        new("CancelSync || an item that queues itself", s =>
        {
            Workqueue queue = s.Queue("q");
            int left = 3;
            Item item = s.Item("item", self =>
            {
                if (left-- > 0) s.Queue(queue, self);
            });
            s.Queue(queue, item);
            s.Thread("cancel", () =>
            {
                s.CancelSync(item, isAlone: true);
                s.Check(s.Queue(queue, item), "after CancelSync the item can be queued again");
            });
        }),

        new("CancelSync || CancelSync || an item that queues itself", s =>
        {
            Workqueue queue = s.Queue("q");
            int left = 2;
            Item item = s.Item("item", self =>
            {
                if (left-- > 0) s.Queue(queue, self);
            });
            s.Queue(queue, item);
            s.Thread("cancel 1", () => s.CancelSync(item, isAlone: true));
            s.Thread("cancel 2", () => s.CancelSync(item, isAlone: true));
        }),

        new("CancelSync || periodic work", s =>
        {
            Workqueue queue = s.Queue("q");
            int left = 2;
            Item item = s.Item("item", self =>
            {
                if (left-- > 0) s.QueueDelayed(queue, self, 10);
            });
            s.Timer();
            s.QueueDelayed(queue, item, 10);
            s.Thread("cancel", () => s.CancelSync(item, isAlone: true));
        }),

        new("CancelSync || queue || queue of another queue", s =>
        {
            Workqueue first = s.Queue("q1");
            Workqueue second = s.Queue("q2");
            Item item = s.Item("item");
            s.Queue(first, item);
            s.Thread("cancel", () => s.CancelSync(item, isAlone: false));
            s.Thread("queue", () => s.Queue(second, item));
        }),

        new("CancelSync of an item that runs for one queue and waits for another || Flush of that one", s =>
        {
            Workqueue first = s.Queue("q1", isAsleep: true);
            Workqueue second = s.Queue("q2", isAsleep: true);
            bool hasReturned = false;
            Item item = s.Item("item", self =>
            {
                s.Queue(second, self);
                s.Until("Flush has returned", () => hasReturned);
            });
            s.Queue(first, item);
            s.Thread("flush", () =>
            {
                s.Until("it waits for the other queue", () => item.Accepted == 2);
                s.Flush(second);
                hasReturned = true;
            });
            s.Thread("cancel", () =>
            {
                s.Until("Flush waits", () => Invariants.CountFlushes(second) == 1);
                s.CancelSync(item, isAlone: true);
            });
        }),

        new("ModifyDelayed || expiry", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item item = s.Item("item");
            s.Timer();
            item.NotBefore = 10;
            s.QueueDelayed(queue, item, 10);
            s.Thread("modify", () =>
            {
                s.Modify(queue, item, 30);
                s.Modify(queue, item, 20);
            });
        }),

        new("ModifyDelayed || expiry, where reading the clock is a step", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Timer(isClockStep: true);
            item.NotBefore = 10;
            s.QueueDelayed(queue, item, 10);
            s.Thread("modify", () => s.Modify(queue, item, 20));
        }),

        new("ModifyDelayed || run || cancel", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Timer();
            s.Queue(queue, item);
            s.Thread("modify", () => s.Modify(queue, item, 5));
            s.Thread("cancel", () => s.Cancel(item));
        }),

        new("ModifyDelayed to another queue || run", s =>
        {
            Workqueue first = s.Queue("q1");
            Workqueue second = s.Queue("q2");
            Item item = s.Item("item");
            s.Queue(first, item);
            s.Thread("fetch", () => s.Modify(second, item, 0));
        }),

        new("ModifyDelayed to another queue || expiry", s =>
        {
            Workqueue first = s.Queue("q1", isAsleep: true);
            Workqueue second = s.Queue("q2", isAsleep: true);
            Item item = s.Item("item");
            s.Timer();
            s.QueueDelayed(first, item, 5);
            s.Thread("fetch", () => s.Modify(second, item, 7));
        }),

        new("Flush || queue", s =>
        {
            Workqueue queue = s.Queue("q");
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Thread("flush", () => s.Flush(queue, a, b));
            s.Thread("queue", () => s.Queue(queue, b));
        }),

        new("Flush || queue and cancel of a later item", s =>
        {
            Workqueue queue = s.Queue("q");
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Thread("flush", () => s.Flush(queue, a));
            s.Thread("queue, cancel", () =>
            {
                s.Queue(queue, b);
                s.Cancel(b);
            });
        }),

        new("Flush || ModifyDelayed", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item a = s.Item("a");
            s.Timer();
            s.Queue(queue, a);
            s.Thread("flush", () => s.Flush(queue, a));
            s.Thread("modify", () => s.Modify(queue, a, 3));
        }),

        new("Flush || Flush || two items", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Queue(queue, b);
            s.Thread("flush 1", () => s.Flush(queue, a, b));
            s.Thread("flush 2", () => s.Flush(queue, a, b));
        }),

        new("Flush || cancel", s =>
        {
            Workqueue queue = s.Queue("q");
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Queue(queue, b);
            s.Thread("flush", () => s.Flush(queue, a, b));
            s.Thread("cancel", () =>
            {
                s.Cancel(b);
                s.Cancel(a);
            });
        }),

        new("Flush || Flush || a later item that blocks until both have returned", s =>
        {
            Workqueue queue = s.Queue("q");
            int returned = 0;
            Item later = s.Item("later", _ => s.Until("both have returned", () => returned == 2));
            Item first = s.Item("first", _ =>
            {
                s.Until("both wait", () => Invariants.CountFlushes(queue) == 2);
                s.Queue(queue, later);
            });
            s.Queue(queue, first);
            for (int i = 1; i <= 2; i++)
            {
                s.Thread("flush " + i, () =>
                {
                    s.Flush(queue, first);
                    returned++;
                });
            }
        }),

        new("Flush || queue, two workers", s =>
        {
            Workqueue queue = s.Queue("q", workers: 2);
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Queue(queue, b);
            s.Thread("queue, flush", () =>
            {
                s.Queue(queue, a);
                s.Flush(queue, a, b);
            });
        }),

        new("Work.Flush || cancel || expiry", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Timer();
            s.QueueDelayed(queue, item, 10);
            s.Thread("flush", () => s.Flush(item));
            s.Thread("cancel", () => s.Cancel(item));
        }),

        new("Work.Flush || ModifyDelayed || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Timer();
            s.Queue(queue, item);
            s.Thread("flush", () => s.Flush(item));
            s.Thread("modify", () => s.Modify(queue, item, 4));
        }),

        new("Work.Flush || ModifyDelayed of an item that is queued while it runs", s =>
        {
            Workqueue queue = s.Queue("q");
            bool isModified = false;
            Item item = s.Item("item", self =>
            {
                if (self.Started == 1) s.Queue(queue, self);
                s.Until("it is modified", () => isModified);
            });
            s.Timer();
            s.Queue(queue, item);
            s.Thread("flush", () =>
            {
                s.Until("it is queued while it runs", () => item.Accepted == 2);
                s.Flush(item);
            });
            s.Thread("modify", () =>
            {
                s.Until("the other one waits", () => Invariants.CountItemWaiters() == 1);
                s.Modify(queue, item, 3);
                isModified = true;
            });
        }),

        new("Work.Flush || Work.Flush || an item that queues itself", s =>
        {
            Workqueue queue = s.Queue("q");
            int left = 1;
            Item item = s.Item("item", self =>
            {
                if (left-- > 0) s.Queue(queue, self);
            });
            s.Queue(queue, item);
            s.Thread("flush 1", () => s.Flush(item));
            s.Thread("flush 2", () => s.Flush(item));
        }),

        new("Destroy || queue || expiry", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item armed = s.Item("armed");
            Item other = s.Item("other");
            armed.MayBeDropped = true;
            s.Timer();
            s.QueueDelayed(queue, armed, 10);
            s.Thread("destroy", () => s.Destroy(queue));
            s.Thread("queue", () => s.Queue(queue, other));
        }),

        new("Destroy || Destroy || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Queue(queue, item);
            s.Thread("destroy 1", () => s.Destroy(queue));
            s.Thread("destroy 2", () => s.Destroy(queue));
        }),

        new("Destroy || chained work that queues and arms", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item armed = s.Item("armed");
            Item chained = s.Item("chained", _ => s.QueueDelayed(queue, armed, 5));
            Item first = s.Item("first", _ => s.Check(s.Queue(queue, chained), "chained work is refused"));
            armed.MayBeDropped = true;
            s.Timer();
            s.Queue(queue, first);
            s.Thread("destroy", () => s.Destroy(queue));
        }),

        new("Destroy || run, two workers", s =>
        {
            Workqueue queue = s.Queue("q", workers: 2, isAsleep: true);
            Item item = s.Item("item");
            s.Queue(queue, item);
            s.Thread("destroy", () => s.Destroy(queue));
        }),

        new("Destroy || Freeze || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Queue(queue, item);
            s.Thread("destroy", () => s.Destroy(queue));
            s.Thread("freeze", () => s.Freeze(queue));
        }),

        new("Destroy || an item of another queue that runs on its worker and queues itself again", s =>
        {
            Workqueue dying = s.Queue("dying", isAsleep: true);
            Workqueue other = s.Queue("other", isAsleep: true);
            Item item = s.Item("item", self =>
            {
                if (self.Started < 3) s.Queue(other, self);
            });
            s.Queue(dying, item);
            s.Thread("destroy", () =>
            {
                s.Until("it runs for the other queue", () => item.Started >= 2);
                s.Destroy(dying);
            });
        }),

        new("Work.Flush of an armed item || Destroy", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item item = s.Item("item");
            item.MayBeDropped = true;
            s.QueueDelayed(queue, item, 10);
            s.Thread("flush", () => s.Flush(item));
            s.Thread("destroy", () => s.Destroy(queue));
        }),

        new("Cancel || ModifyDelayed || expiry", s =>
        {
            Workqueue queue = s.QueueThatRunsLast("q");
            Item item = s.Item("item");
            s.Timer();
            s.QueueDelayed(queue, item, 10);
            s.Thread("cancel", () => s.Cancel(item));
            s.Thread("modify", () => s.Modify(queue, item, 20));
        }),

        new("Destroy || Drain || run", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item item = s.Item("item");
            s.Queue(queue, item);
            s.Thread("destroy", () => s.Destroy(queue));
            s.Thread("drain", () => s.Drain(queue, item));
        }),

        new("two queues || one item", s =>
        {
            Workqueue first = s.Queue("q1");
            Workqueue second = s.Queue("q2");
            Item item = s.Item("item");
            s.Thread("queue 1", () => s.Queue(first, item));
            s.Thread("queue 2", () => s.Queue(second, item));
        }),

        new("two queues || one running item || Flush of the second", s =>
        {
            Workqueue first = s.Queue("q1");
            Workqueue second = s.Queue("q2");
            Item item = s.Item("item");
            s.Queue(first, item);
            s.Thread("queue, flush", () =>
            {
                bool isTaken = s.Queue(second, item);
                s.Flush(second, isTaken ? [item] : []);
            });
        }),

        new("queue of a running item || queue of it on another queue", s =>
        {
            Workqueue first = s.Queue("q1", isAsleep: true);
            Workqueue second = s.Queue("q2", isAsleep: true);
            int called = 0;
            Item item = s.Item("item", _ => s.Until("both have called", () => called == 2));
            s.Queue(first, item);
            foreach (Workqueue queue in new[] { first, second })
            {
                s.Thread("queue on " + queue.Name, () =>
                {
                    s.Until("it runs", () => item.Started == 1);
                    s.Queue(queue, item);
                    called++;
                });
            }
        }),

        new("Drain || outsider || chained", s =>
        {
            Workqueue queue = s.Queue("q");
            Item chained = s.Item("chained");
            Item first = s.Item("first", _ => s.Check(s.Queue(queue, chained), "chained work is refused"));
            Item outsider = s.Item("outsider");
            s.Queue(queue, first);
            s.Thread("drain", () =>
            {
                s.Drain(queue, first);
                s.Check(first.Ended == 0 || chained.Ended == 1, "Drain returned before the chained item had run");
            });
            s.Thread("queue", () =>
            {
                bool isTaken = s.Queue(queue, outsider);
                s.Check(isTaken == (queue.GetStatistics().Refused == 0), "a refusal is not counted");
            });
        }),

        new("Drain || Drain || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Queue(queue, item);
            s.Thread("drain 1", () => s.Drain(queue, item));
            s.Thread("drain 2", () => s.Drain(queue, item));
        }),

        new("Drain || expiry", s =>
        {
            Workqueue queue = s.Queue("q");
            Item armed = s.Item("armed");
            Item item = s.Item("item");
            s.Timer();
            s.QueueDelayed(queue, armed, 10);
            s.Queue(queue, item);
            s.Thread("drain", () => s.Drain(queue, item));
        }),

        new("Freeze, Thaw || queue || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Thread("freeze", () =>
            {
                s.Freeze(queue, a, b);
                s.Thaw(queue, a, b);
            });
            s.Thread("queue", () => s.Queue(queue, b));
        }),

        new("Freeze, Thaw || Flush || cancel of what waits", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Queue(queue, a);
            s.Queue(queue, b);
            s.Thread("flush", () => s.Flush(queue, a, b));
            s.Thread("freeze", () =>
            {
                s.Freeze(queue, a);
                s.Thaw(queue, a);
            });
            s.Thread("cancel", () => s.Cancel(b));
        }),

        new("Freeze || queue, Flush || Thaw", s =>
        {
            Workqueue queue = s.Queue("q", isAsleep: true);
            Item item = s.Item("item");
            bool isFrozen = false;
            s.Thread("freeze", () =>
            {
                s.Freeze(queue);
                isFrozen = true;
            });
            s.Thread("queue, flush", () =>
            {
                s.Queue(queue, item);
                s.Flush(queue, item);
            });
            s.Thread("thaw", () =>
            {
                s.Until("frozen", () => isFrozen);
                s.Thaw(queue);
            });
        }),

        new("Freeze, Thaw || an item of the queue that waits with another one's worker", s =>
        {
            Workqueue first = s.Queue("q1");
            Workqueue second = s.Queue("q2");
            bool isFirst = true;
            Item item = s.Item("item", self =>
            {
                if (isFirst) s.Queue(second, self);
                isFirst = false;
            });
            s.Queue(first, item);
            s.Thread("freeze, thaw", () =>
            {
                s.Freeze(second);
                s.Thaw(second);
            });
        }),

        new("Flush of a frozen queue || cancel of what waits there", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.MayRestFrozen();
            s.Freeze(queue, item);
            s.Queue(queue, item);
            s.Thread("flush", () => s.Flush(queue, item));
            s.Thread("flush the item", () => s.Flush(item));
            s.Thread("cancel", () => s.Cancel(item));
        }),

        new("Disable || expiry || Enable, arm", s =>
        {
            Workqueue queue = s.QueueThatRunsLast("q");
            Item item = s.Item("item");
            s.Timer();
            s.QueueDelayed(queue, item, 10);
            s.Thread("disable", () =>
            {
                s.Disable(item);
                s.Check(!s.QueueDelayed(queue, item, 5), "a disabled item was armed");
                s.Check(item.Work.Enable(), "Enable at depth 0 is true");
                s.QueueDelayed(queue, item, 5);
            });
        }),

        new("CancelSync in a handler of another queue || run || queue", s =>
        {
            Workqueue first = s.Queue("q1");
            Workqueue second = s.Queue("q2");
            Item item = s.Item("item");
            Item canceller = s.Item("canceller", _ => s.CancelSync(item, isAlone: false));
            s.Queue(first, item);
            s.Queue(second, canceller);
            s.Thread("queue", () => s.Queue(first, item));
        }),

        new("DisableSync, Enable || queue || run", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item");
            s.Queue(queue, item);
            s.Thread("disable", () =>
            {
                s.DisableSync(item, isAlone: true);
                item.IsHeld = true;
                s.Step("while disabled");
                item.IsHeld = false;
                s.Check(item.Work.Enable(), "Enable at depth 0 is true");
                s.Check(s.Queue(queue, item) || item.Work.IsPending || item.Accepted > 1, "an enabled item can be queued");
            });
            s.Thread("queue", () => s.Queue(queue, item));
        }),

        new("DisableSync || CancelSync || an item that queues itself", s =>
        {
            Workqueue queue = s.Queue("q");
            int left = 2;
            Item item = s.Item("item", self =>
            {
                if (left-- > 0) s.Queue(queue, self);
            });
            s.Queue(queue, item);
            s.Thread("disable", () =>
            {
                s.DisableSync(item, isAlone: true);
                s.Check(!s.Queue(queue, item), "a disabled item was queued");
                item.Work.Enable();
            });
            s.Thread("cancel", () => s.CancelSync(item, isAlone: true));
        }),

        new("two workers || one item that is queued again and again", s =>
        {
            Workqueue queue = s.Queue("q", workers: 2);
            Item item = s.Item("item");
            s.Thread("queue", () =>
            {
                s.Queue(queue, item);
                s.Queue(queue, item);
                s.Queue(queue, item);
            });
        }),

        new("two workers || two items, the first of which waits for the second", s =>
        {
            Workqueue queue = s.Queue("q", workers: 2);
            Item second = s.Item("second");
            Item first = s.Item("first", _ => s.Until("second has run", () => second.Ended == 1));
            s.Thread("queue", () =>
            {
                s.Queue(queue, first);
                s.Queue(queue, second);
            });
        }),

        new("two processors || one item", s =>
        {
            Processor.Configure(2, null);
            Workqueue queue = s.Queue("q", processors: 2);
            Item item = s.Item("item");
            s.Thread("queue on 0", () => s.QueueOn(queue, 0, item));
            s.Thread("queue on 1", () => s.QueueOn(queue, 1, item));
        }),

        new("WorkPool: rent, queue || rent, queue || run, return", s =>
        {
            Workqueue queue = s.Queue("q");
            Item[] items = new Item[1];
            WorkPool? pool = null;
            items[0] = s.Item("item", self => pool!.Return(self.Work));
            pool = new WorkPool(() => items[0].Work, 1);
            int rented = 0;
            for (int i = 1; i <= 2; i++)
            {
                s.Thread("rent " + i, () =>
                {
                    if (pool.TryRent() == null) return;
                    rented++;
                    s.Check(s.Queue(queue, items[0]), "a rented item is taken by its queue");
                });
            }

            s.AtRest(() => s.Check(rented + pool.FailedCount == 2, "a call of TryRent neither rented nor failed"));
            s.AtRest(() => s.Check(items[0].Ended == rented, "a rented item did not run once"));
        }),

        new("arm || arm || timer: the earliest deadline wins", s =>
        {
            Workqueue queue = s.QueueThatRunsLast("q");
            Item late = s.Item("late");
            Item early = s.Item("early");
            s.Timer();
            late.NotBefore = 20;
            early.NotBefore = 10;
            s.Thread("arm late", () => s.QueueDelayed(queue, late, 20));
            s.Thread("arm early", () => s.QueueDelayed(queue, early, 10));
        }),

        new("arm || a timer that fires late, where reading the clock is a step", s =>
        {
            Workqueue queue = s.QueueThatRunsLast("q");
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Timer(lateMilliseconds: 3, isClockStep: true);
            a.NotBefore = 2;
            b.NotBefore = 4;
            s.QueueDelayed(queue, b, 4);
            s.Thread("arm", () => s.QueueDelayed(queue, a, 2));
        }),

        new("arm, cancel, arm || expiry", s =>
        {
            Workqueue queue = s.QueueThatRunsLast("q");
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Timer();
            s.QueueDelayed(queue, b, 50);
            s.Thread("arm", () =>
            {
                s.QueueDelayed(queue, a, 10);
                s.Cancel(a);
                s.QueueDelayed(queue, a, 30);
            });
        }),

        new("four armed, cancel from the last to the first", s =>
        {
            Workqueue queue = s.QueueThatRunsLast("q");
            s.Thread("arm, cancel", () =>
            {
                Item[] items = [.. Enumerable.Range(1, 4).Select(i => s.Item("item " + i))];
                for (int i = 0; i < items.Length; i++) s.QueueDelayed(queue, items[i], 10 * (i + 1));
                for (int i = items.Length - 1; i >= 0; i--) s.Cancel(items[i]);
            });
        }),

        new("two runs under a watchdog || time", s =>
        {
            Workqueue queue = s.Queue("q", workers: 2, isAsleep: true, watchdogMilliseconds: 5);
            Item a = s.Item("a");
            Item b = s.Item("b");
            s.Timer();
            s.Queue(queue, a);
            s.Queue(queue, b);
        }),

        new("a run under a watchdog || arm || time", s =>
        {
            Workqueue watched = s.Queue("watched", isAsleep: true, watchdogMilliseconds: 5);
            Workqueue queue = s.QueueThatRunsLast("q");
            Item run = s.Item("run");
            Item armed = s.Item("armed");
            s.Timer();
            s.Queue(watched, run);
            s.Thread("arm", () => s.QueueDelayed(queue, armed, 3));
        }),

        new("a handler that throws || CancelSync || Flush", s =>
        {
            Workqueue queue = s.Queue("q");
            Item item = s.Item("item", _ => throw new ExpectedFaultException());
            s.Queue(queue, item);
            s.Thread("cancel", () => s.CancelSync(item, isAlone: true));
            s.Thread("flush", () => s.Flush(queue, item));
            s.AtRest(() => s.Check(queue.GetStatistics().Faulted == item.Ended, "a fault is not counted"));
        }),
    ];

    /// <summary>For tests of the explorer itself.</summary>
    internal static readonly ExplorationProgram[] OfTheExplorer =
    [
        new("two threads with three steps each", s =>
        {
            for (int i = 0; i < 2; i++)
            {
                s.Thread("thread", () =>
                {
                    s.Step("one");
                    s.Step("two");
                    s.Step("three");
                });
            }
        }),

        new("a thread that waits for ever", s => s.Thread("waiter", () => s.Until("never", () => false))),

        new("a thread that throws", s => s.Thread("thrower", () => throw new NotSupportedException())),

        new("a start that throws", _ => throw new NotSupportedException()),
    ];

    /// <summary>What the name of a program made by chance begins with; its seed follows.</summary>
    internal const string RandomName = "random program ";

    /// <summary>The program of that name.</summary>
    internal static ExplorationProgram Find(string name)
    {
        if (name.StartsWith(RandomName, StringComparison.Ordinal))
        {
            return new ExplorationProgram(name, s => RandomProgram.SetUp(s, int.Parse(name[RandomName.Length..])));
        }

        return Array.Find(All, program => program.Name == name)
            ?? Array.Find(OfTheExplorer, program => program.Name == name)
            ?? throw new ArgumentException("there is no program '" + name + "'");
    }
}
