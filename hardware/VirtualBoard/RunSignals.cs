using Hardware.Machine;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>What a logic analyser would show of a run, and what no probe reaches: interrupts, queues, workers.</summary>
internal static class RunSignals
{
    /// <summary>The signals, in nanoseconds since power-on.</summary>
    /// <remarks>Of the pins, those whose level changed.</remarks>
    /// <param name="run">A run that kept them.</param>
    /// <param name="wiring">What the pins are called.</param>
    internal static ValueChangeDump Of(RunResult run, Wiring wiring)
    {
        var dump = new ValueChangeDump("1 ns");
        string Name(int pin) => wiring.Parts.FirstOrDefault(part => part.Pin == pin)?.Name ?? wiring.PinName(pin);
        foreach (IGrouping<int, PinChange> pin in run.PinChanges.GroupBy(change => change.Pin).OrderBy(pin => pin.Key))
        {
            dump.Begin("pins", Name(pin.Key), !pin.First().IsHigh);
            foreach (PinChange change in pin) dump.Wire("pins", Name(pin.Key), change.Nanoseconds, change.IsHigh);
        }

        foreach (SignalChange change in run.Signals)
        {
            if (change.Kind == SignalKind.TopHalf)
            {
                dump.Wire("interrupts", "irq_" + Name(change.Pin), change.Nanoseconds, change.Value != 0);
            }
            else if (change.Kind == SignalKind.Queue)
            {
                dump.Number("queues", "depth_" + change.Name, change.Nanoseconds, change.Value);
            }
            else
            {
                dump.Worker(change.Name, change.Item, change.Nanoseconds, change.Value != 0);
            }
        }

        return dump;
    }
}
