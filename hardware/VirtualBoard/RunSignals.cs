using Hardware.Machine;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>What a logic analyser would show of a run, and what no probe reaches: interrupts, queues, workers.</summary>
internal sealed class RunSignals
{
    private readonly List<Seen> _seen = []; // what becomes a signal

    /// <summary>Something was seen.</summary>
    internal void Add(Seen seen)
    {
        if (seen.Kind is SeenKind.TopHalfBegins or SeenKind.TopHalfEnds or SeenKind.QueueCounted
            or SeenKind.ItemStarted or SeenKind.ItemEnded) _seen.Add(seen);
    }

    /// <summary>The signals, in nanoseconds since power-on.</summary>
    /// <remarks>Of the pins, those whose level changed.</remarks>
    /// <param name="run">The run that was seen.</param>
    /// <param name="wiring">What the pins are called.</param>
    internal ValueChangeDump Dump(RunResult run, Wiring wiring)
    {
        var dump = new ValueChangeDump("1 ns");
        foreach (IGrouping<int, PinChange> pin in run.PinChanges.GroupBy(change => change.Pin).OrderBy(pin => pin.Key))
        {
            dump.Begin("pins", wiring.NameAt(pin.Key), !pin.First().IsHigh);
            foreach (PinChange change in pin) dump.Wire("pins", wiring.NameAt(pin.Key), change.Nanoseconds, change.IsHigh);
        }

        foreach (Seen seen in _seen)
        {
            switch (seen.Kind)
            {
                case SeenKind.QueueCounted:
                    dump.Number("queues", "depth_" + seen.Queue, seen.Nanoseconds, seen.Waiting);
                    break;
                case SeenKind.ItemStarted or SeenKind.ItemEnded:
                    dump.Worker(seen.Worker, seen.Name, seen.Nanoseconds, seen.Kind == SeenKind.ItemStarted);
                    break;
                default:
                    bool begins = seen.Kind == SeenKind.TopHalfBegins;
                    dump.Wire("interrupts", "irq_" + wiring.NameAt(seen.Pin), seen.Nanoseconds, begins);
                    break;
            }
        }

        return dump;
    }
}
