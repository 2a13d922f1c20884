using System;
using System.Collections.Generic;
using System.Linq;
using Hardware.Machine;

namespace FailingAllocations;

/// <summary>What became of a run in which allocations failed.</summary>
/// <param name="Number">The number of the first that failed.</param>
/// <param name="Failed">Where it was.</param>
/// <param name="IsBeforeMain">A static constructor failed, which no firmware can put right: the runtime goes on with half a
/// class.</param>
/// <param name="IsNextSeen">The next press lit the LED.</param>
/// <param name="AreLaterSeen">All presses after that did.</param>
/// <param name="Uncaught">Exceptions that nothing caught.</param>
public sealed record Outcome(
    long Number, FailedStep Failed, bool IsBeforeMain, bool IsNextSeen, bool AreLaterSeen, int Uncaught);

/// <summary>A short run of the module on a board: it loads, and the button is pressed some times. A press is seen when the LED
/// lights.</summary>
public sealed class AllocationRun
{
    private const int Button = 45;
    private const int Led = 30;
    private const double FirstPress = 1000;
    private const double Period = 500;
    private const int Presses = 5;
    private const double HeldMilliseconds = 100;
    private const double SeenWithinMilliseconds = 200;

    private readonly Machine _machine;

    /// <summary>Loads the module, and runs it once undisturbed.</summary>
    /// <exception cref="InvalidOperationException">The module does not see all presses even then.</exception>
    public AllocationRun(string module)
    {
        _machine = new Machine(Profiles.Find("B-L475E-IOT01A")!);
        _machine.Load(module);
        _machine.Pins.At(0, Button, 1);
        for (int i = 0; i < Presses; i++)
        {
            _machine.Pins.At(FirstPress + i * Period, Button, 0);
            _machine.Pins.At(FirstPress + i * Period + HeldMilliseconds, Button, 1);
        }

        Undisturbed = Run(0, 0);
        for (int i = 0; i < Presses; i++)
        {
            if (!IsSeen(Undisturbed, i))
            {
                throw new InvalidOperationException($"Press {i + 1} of the undisturbed run is not seen:\n{Undisturbed.Text}");
            }
        }
    }

    /// <summary>The run without a failure.</summary>
    public RunResult Undisturbed { get; }

    /// <summary>Runs it with failing allocations.</summary>
    /// <param name="number">The first, from 1.</param>
    /// <param name="count">How many from that one on.</param>
    /// <returns>Null: it made fewer, or there was no press after it.</returns>
    public Outcome? Fail(long number, long count)
    {
        RunResult result = Run(number, count);
        if (result.FailedAllocation is not { } failed) return null;
        int next = 0;
        while (next < Presses && (FirstPress + next * Period) * 1e6 < failed.Nanoseconds) next++;
        if (next == Presses) return null;
        return new Outcome(
            number,
            failed,
            failed.Thread.ToString()!.Contains("static constructors", StringComparison.Ordinal),
            IsSeen(result, next),
            Enumerable.Range(next + 1, Presses - next - 1).All(i => IsSeen(result, i)),
            result.UnhandledExceptions.Count);
    }

    private RunResult Run(long number, long count) => _machine.Run(new RunOptions
    {
        UntilMilliseconds = FirstPress + Presses * Period,
        FailAllocation = number,
        FailAllocationCount = count,
    });

    private static bool IsSeen(RunResult result, int press)
    {
        double start = (FirstPress + press * Period) * 1e6;
        return result.PinChanges.Any(each => each.Pin == Led && each.IsHigh
            && each.Nanoseconds >= start && each.Nanoseconds <= start + SeenWithinMilliseconds * 1e6);
    }
}
