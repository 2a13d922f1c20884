using Hardware.Machine;
using Hardware.Timeline;
using VirtualBoard;

namespace Page.Tests;

/// <summary>What the machine tells of a run, against what the firmware's own trace and the report say of it.</summary>
[TestClass]
public sealed class ObservedRunTests
{
    private static readonly Finger s_finger = new(2, 300, 5, 0, false, 2500, 3);

    [TestMethod]
    [DataRow("VirtualBoard")]
    [DataRow("B-L475E-IOT01A")]
    public void Run_ThatIsWatched_IsTheSame(string name)
    {
        RunResult alone = Run(name, hasTrace: false, saw: null);
        List<Seen> seen = [];
        RunResult watched = Run(name, hasTrace: false, seen.Add);
        Assert.AreEqual(alone.Text, watched.Text);
        Assert.AreEqual(alone.Instructions, watched.Instructions);
        Assert.AreEqual(alone.Nanoseconds, watched.Nanoseconds);
        Assert.AreEqual(alone.AllocatedBytes, watched.AllocatedBytes);
        Assert.AreEqual(alone.Switches, watched.Switches);

        Assert.AreEqual("", string.Join('\n',
            seen.Zip(seen.Skip(1)).Where(pair => pair.First.Nanoseconds > pair.Second.Nanoseconds)), "not in the order of time");
        Assert.AreEqual(watched.EdgesRecorded, seen.Count(each => each.Kind == SeenKind.EdgeRecorded));
        Assert.AreEqual(watched.EdgesDelivered, seen.Count(each => each.Kind == SeenKind.EdgeDispatched));
        Assert.AreEqual(watched.Log.Count, seen.Count(each => each.Kind == SeenKind.Printed));
        CollectionAssert.AreEqual(watched.PinChanges.ToArray(),
            seen.Where(each => each.Kind == SeenKind.PinChanged)
                .Select(each => new PinChange(each.Nanoseconds, each.Pin, each.IsHigh)).ToArray());
        foreach (ItemReport item in watched.Items)
        {
            Assert.AreEqual(item.Handler.Nanoseconds.Count,
                seen.Count(each => each.Kind == SeenKind.ItemEnded && each.Name == item.Name), item.Name);
        }
    }

    // The page's timeline is drawn from what the machine saw, that of --timeline from the firmware's trace.
    [TestMethod]
    public void Figures_OfThePage_AreThoseOfTheTrace()
    {
        List<Seen> seen = [];
        RunResult run = Run("VirtualBoard", hasTrace: true, seen.Add);
        TraceTimeline traced = Timeline(run.Log.Select(line => line.Text));
        IEnumerable<Seen> meanwhile = seen.Where(each => each.Nanoseconds / 1000 <= traced.End + 500);
        TraceTimeline watched = Timeline(SeenMessages.Trace(meanwhile, _ => "button"));
        Assert.IsFalse(watched.MissesLines);
        Assert.AreEqual(traced.Interrupts.Single().Spans.Count, watched.Interrupts.Single().Spans.Count);
        foreach (QueueNumbers queue in traced.Queues.Where(each => each.Name != "events"))
        {
            QueueNumbers other = watched.Queues.Single(each => each.Name == queue.Name);
            Assert.AreEqual((queue.Queued, queue.Runs, queue.MaxWaiting), (other.Queued, other.Runs, other.MaxWaiting),
                queue.Name);
        }

        foreach (string name in new[] { "my_work", "debounce", "led_off" })
        {
            ItemNumbers item = traced.Items.Single(each => each.Name == name);
            ItemNumbers other = watched.Items.Single(each => each.Name == name);
            Assert.AreEqual((item.Objects, item.Runs, item.NotRun), (other.Objects, other.Runs, other.NotRun), name);
            Assert.IsLessThan(1500, Math.Abs(item.Latency.MaxMicroseconds - other.Latency.MaxMicroseconds), name);
        }
    }

    // The sample dumps its queues at its end.
    [TestMethod]
    public void Counters_OfAQueue_AreThoseOfItsDump()
    {
        List<Seen> seen = [];
        Profile profile = Profiles.Find("VirtualBoard")!;
        var settings = new Settings
        {
            Board = profile,
            Wiring = Wiring.Of(profile),
            Finger = new Finger(0, 300, 0, 0, false, 0, 1),
        };
        using var bench = new Bench(settings, Path.Combine(AppContext.BaseDirectory, "Watchdog.dll"), []);
        bench.Run(options => options with { IsMetered = true, AfterScriptMilliseconds = null, Saw = seen.Add });
        int dump = seen.FindIndex(each => each.Name.StartsWith("  queued=", StringComparison.Ordinal));
        QueueCounters counted = seen[..dump].Last(each => each.Counters is not null && each.Queue == "watched").Counters!.Value;
        Assert.AreEqual(seen[dump].Name, $"  queued={counted.Queued} executed={counted.Executed} coalesced={counted.Coalesced} "
            + $"refused={counted.Refused} faulted={counted.Faulted} canceled={counted.Canceled}");
        Assert.AreEqual(seen[dump + 1].Name.Split(" busy")[0],
            $"  max_depth={counted.MaxDepth} max_latency_us={counted.MaxLatencyMilliseconds * 1000}");
    }

    [TestMethod]
    public void StoppedTime_ShowsOneThingForEachStep()
    {
        var time = new RealTime(hasHands: true);
        using var shown = new SemaphoreSlim(0);
        List<Seen> seen = [];
        time.Stop();
        Task<RunResult> run = Task.Run(() => Run("VirtualBoard", hasTrace: false, each =>
        {
            seen.Add(each);
            shown.Release();
        }, time));
        for (int i = 1; i <= 6; i++)
        {
            time.Step();
            Assert.IsTrue(shown.Wait(TimeSpan.FromMinutes(2)), "it never came");
            Assert.AreEqual(i, seen.Count);
        }

        Assert.IsTrue(time.IsStopped);
        Assert.AreEqual(seen[^1].Nanoseconds, time.Now);
        time.SwitchOff();
        Assert.AreEqual(RunEnd.SwitchedOff, run.GetAwaiter().GetResult().End);
    }

    private static TraceTimeline Timeline(IEnumerable<string> lines)
    {
        var reader = new FtraceReader();
        foreach (string line in lines) reader.Read(line);
        return TraceTimeline.Of(reader.Blocks[^1]);
    }

    private static RunResult Run(string name, bool hasTrace, Action<Seen>? saw, RealTime? time = null)
    {
        Profile profile = Profiles.Find(name)!;
        var settings = new Settings
        {
            Board = profile,
            Wiring = Wiring.Of(profile),
            Finger = s_finger,
            TimelinePath = hasTrace ? "drawn nowhere" : null,
        };
        using var bench = new Bench(
            settings, FirmwareImage.Find(null, profile, TextWriter.Null), Stimulus.Create(s_finger, settings.Wiring.Button));
        return bench.Run(options => options with
        {
            IsMetered = true,
            AfterScriptMilliseconds = null,
            Saw = saw,
            RealTime = time,
        });
    }
}
