using Workqueues;

namespace Exploration;

/// <summary>A program made by chance: two queues, items, threads that call whatever there is. The same seed makes the same
/// one.</summary>
internal sealed class RandomProgram
{
    private readonly Random _random;
    private readonly Scene _scene;
    private readonly Workqueue[] _queues;
    private readonly Item[] _items;
    private readonly Workqueue[] _homes; // of items: what is queued elsewhere no Flush of this queue waits for

    private RandomProgram(Scene scene, int seed)
    {
        _scene = scene;
        _random = new Random(seed);
        scene.Timer();
        _queues = new Workqueue[1 + _random.Next(2)];
        for (int i = 0; i < _queues.Length; i++)
        {
            _queues[i] = scene.Queue("q" + (i + 1), workers: 1 + _random.Next(2), isAsleep: _random.Next(2) == 0);
        }

        _items = new Item[1 + _random.Next(3)];
        _homes = new Workqueue[_items.Length];
        for (int i = 0; i < _items.Length; i++)
        {
            _homes[i] = _queues[_random.Next(_queues.Length)];
            _items[i] = scene.Item("item " + (i + 1), Body(i));
        }
    }

    /// <summary>Sets one up.</summary>
    internal static void SetUp(Scene scene, int seed)
    {
        RandomProgram program = new(scene, seed);

        // What bars an item makes ModifyDelayed's false ambiguous: a program has the one or the other.
        bool bars = program._random.Next(2) == 0;
        int threads = 2 + program._random.Next(2);
        for (int i = 0; i < threads; i++)
        {
            Action[] calls = new Action[1 + program._random.Next(4)];
            for (int k = 0; k < calls.Length; k++) calls[k] = program.Call(bars, isFirst: i == 0);
            scene.Thread("thread " + (i + 1), () =>
            {
                foreach (Action call in calls) call();
            });
        }
    }

    // What an item does besides running: nothing, or it queues itself or another one a few times.
    private Action<Item>? Body(int own)
    {
        int left = _random.Next(3);
        if (left == 0) return null;
        int delay = _random.Next(2) * (1 + _random.Next(19));
        int other = _random.Next(2) == 0 ? own : _random.Next(_items.Length);
        return _ =>
        {
            if (left-- > 0) Queue(other, delay);
        };
    }

    private Action Call(bool bars, bool isFirst)
    {
        int i = _random.Next(_items.Length);
        Item item = _items[i];
        Workqueue home = _homes[i];
        int delay = 1 + _random.Next(19);
        Item[] atHome = [.. _items.Where((_, k) => _homes[k] == home)];
        switch (_random.Next(12))
        {
            case 0 or 1 or 2:
                return () => Queue(i, 0);
            case 3 or 4:
                return () => Queue(i, delay);
            case 5:
                return () => _scene.Cancel(item);
            case 6:
                return () => _scene.Flush(item);
            case 7:
                return () => _scene.Flush(home, bars ? atHome : []);
            case 8 when !bars:
                Workqueue queue = _queues[_random.Next(_queues.Length)];
                int moved = _random.Next(2) * delay;
                return () => _scene.Modify(queue, item, moved);
            case 8:
                return () => _scene.CancelSync(item, isAlone: false);
            case 9 when bars:
                return () => _scene.Drain(home, atHome);
            case 10 when isFirst: // one thread only: to freeze is a flag, not a depth
                return () =>
                {
                    _scene.Freeze(home, bars ? atHome : []);
                    _scene.Step("frozen");
                    _scene.Thaw(home, bars ? atHome : []);
                };
            case 11 when bars:
                bool waits = _random.Next(2) == 0;
                return () =>
                {
                    if (waits) _scene.DisableSync(item, isAlone: false);
                    else _scene.Disable(item);
                    _scene.Step("disabled");
                    item.Work.Enable();
                };
            default:
                return () => Queue(i, 0);
        }
    }

    private void Queue(int item, int delay)
    {
        if (delay == 0) _scene.Queue(_homes[item], _items[item]);
        else _scene.QueueDelayed(_homes[item], _items[item], delay);
    }
}
