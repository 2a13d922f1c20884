using System.Reflection;
using NFUnitTest;
using Workqueues;

namespace Contract.Tests;

/// <summary>What items and queues take on a board, counted in fields.</summary>
/// <remarks>The sizes were measured on nanoFramework's CLR, 32 bits, 1.17: every field takes a slot of 12 bytes whatever its
/// type, and so does an object's or an array's head; a delegate takes 36, an AutoResetEvent 12, a thread that is blocked about
/// 890 and each of its stack frames about 206.</remarks>
[TestClass]
public class FootprintTests
{
    private const int Slot = 12;
    private const int Delegate = 36;
    private const int Event = 12;
    private const int BlockedThread = 890;
    private const int Frame = 206;

    [TestMethod]
    public void Work_Fields_TakeAtMost108Bytes() => Assert.IsLessThanOrEqualTo(108, SizeOf(typeof(Work)));

    [TestMethod]
    public void DelayedWork_Fields_TakeAtMost120Bytes() => Assert.IsLessThanOrEqualTo(120, SizeOf(typeof(DelayedWork)));

    // A thread as Worker has it: made from a delegate, blocked in one frame of its own.
    [TestMethod]
    public void Workqueue_WithOneWorker_TakesAtMost1600Bytes()
    {
        var bench = new Bench();
        Workqueue queue = Workqueue.CreateSingleThread("counted");
        var seen = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        Count(queue, queue, seen);
        Count(queue.FindWorker(0)!, queue, seen);
        int bytes = seen.Values.Sum();
        string parts = string.Join(", ", seen.Select(part => $"{part.Key.GetType().Name} {part.Value}"));
        queue.Destroy();
        bench.End();

        string[] expected = ["AutoResetEvent", "Thread", "Worker", "WorkerPool", "Workqueue"];
        CollectionAssert.AreEqual(expected, seen.Keys.Select(part => part.GetType().Name).Order().ToArray(), parts);
        Assert.IsLessThanOrEqualTo((int)(1.6 * 1024), bytes, parts);
    }

    private static int SizeOf(Type type)
    {
        return (1 + Fields(type).Length) * Slot;
    }

    private static FieldInfo[] Fields(Type type) => type == typeof(object) ? [] : [.. Fields(type.BaseType!), .. type.GetFields(
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)];

    // The objects that the queue alone holds. Other queues, other workers and items are counted as their own.
    private static void Count(object part, Workqueue queue, Dictionary<object, int> seen)
    {
        if (seen.ContainsKey(part)) return;
        switch (part)
        {
            case string or Work or Waiter:
                return;
            case Workqueue other when other != queue:
            case WorkerPool pool when pool != queue.Pool:
                return;
            case Worker worker when worker.Queue != queue:
                return;
            case Thread:
                seen[part] = BlockedThread + Frame + Delegate;
                return;
            case AutoResetEvent:
                seen[part] = Event;
                return;
            case Array array:
                seen[part] = Slot + Slot * array.Length;
                foreach (object? element in array) Count(element!, queue, seen);
                return;
            default:
                Assert.AreSame(typeof(Work).Assembly, part.GetType().Assembly, $"a size for {part.GetType()} is missing");
                seen[part] = SizeOf(part.GetType());
                break;
        }

        foreach (FieldInfo field in Fields(part.GetType()).Where(field => !field.FieldType.IsValueType))
        {
            if (field.GetValue(part) is { } held) Count(held, queue, seen);
        }
    }
}
