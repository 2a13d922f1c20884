using Hardware.Machine;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>How a button is pressed.</summary>
/// <param name="Presses">How often.</param>
/// <param name="IntervalMilliseconds">From one press to the next; it is held for half of that.</param>
/// <param name="BounceMilliseconds">How long the contact bounces after each change, at most.</param>
/// <param name="StormEdges">Afterwards so many edges at one moment; an even number.</param>
/// <param name="IsDouble">True: then twice in a row.</param>
/// <param name="HoldMilliseconds">At last it is held for so long; 0: it is not.</param>
/// <param name="Seed">Two runs of one seed are the same, edge for edge.</param>
public sealed record Finger(
    int Presses, int IntervalMilliseconds, int BounceMilliseconds, int StormEdges, bool IsDouble, int HoldMilliseconds, int Seed);

/// <summary>What happens on the board's wires, settled before it has power: a pure function of the options.</summary>
public static class Stimulus
{
    /// <summary>From the start of its times to the first press, in ms.</summary>
    public const int FirstMilliseconds = 300;

    private const int DoubleMilliseconds = 200;
    private const int BouncesMax = 4;
    private const long Millisecond = 1_000_000; // ns
    private const long Microsecond = 1000;

    /// <summary>What a finger does.</summary>
    /// <returns>In order of time.</returns>
    public static IReadOnlyList<PinDrive> Create(Finger finger, Part button)
    {
        var random = new Random(finger.Seed);
        var steps = new List<PinDrive>();
        long time = FirstMilliseconds * Millisecond;
        for (int i = 0; i < finger.Presses; i++)
        {
            steps.AddRange(Contact(time, button, isClosed: true, finger, random));
            long interval = finger.IntervalMilliseconds * Millisecond;
            steps.AddRange(Contact(time + interval / 2, button, isClosed: false, finger, random));
            time += interval;
        }

        for (int i = 0; i < finger.StormEdges; i++)
        {
            steps.Add(new PinDrive(time, button.Pin, i % 2 == 0 ? button.Pressed : Drive.Open));
        }

        if (finger.StormEdges > 0) time += finger.IntervalMilliseconds * Millisecond;
        if (finger.IsDouble)
        {
            // The second press comes before the first one is forgotten, the third after.
            for (int i = 0; i < 2; i++)
            {
                steps.AddRange(Contact(time + i * DoubleMilliseconds * Millisecond, button, isClosed: true, finger, random));
                steps.AddRange(Contact(
                    time + (2 * i + 1) * DoubleMilliseconds / 2 * Millisecond, button, isClosed: false, finger, random));
            }

            time += 1000 * Millisecond;
        }

        if (finger.HoldMilliseconds == 0) return steps;
        steps.AddRange(Contact(time, button, isClosed: true, finger, random));
        steps.AddRange(Contact(time + finger.HoldMilliseconds * Millisecond, button, isClosed: false, finger, random));
        return steps;
    }

    /// <summary>A contact changes from one state to another and bounces: it goes back and forth a few times before it
    /// stays.</summary>
    public static IEnumerable<PinDrive> Contact(long nanoseconds, Part button, bool isClosed, Finger finger, Random random)
    {
        Drive to = isClosed ? button.Pressed : Drive.Open;
        Drive from = isClosed ? Drive.Open : button.Pressed;
        var steps = new List<PinDrive> { new(nanoseconds, button.Pin, to) };
        if (finger.BounceMilliseconds == 0) return steps;

        var offsetsMicroseconds = new long[2 * random.Next(1, BouncesMax + 1)];
        for (int i = 0; i < offsetsMicroseconds.Length; i++)
        {
            offsetsMicroseconds[i] = random.Next(1, finger.BounceMilliseconds * 1000 + 1);
        }

        Array.Sort(offsetsMicroseconds);
        for (int i = 0; i < offsetsMicroseconds.Length; i++)
        {
            steps.Add(new PinDrive(nanoseconds + offsetsMicroseconds[i] * Microsecond, button.Pin, i % 2 == 0 ? from : to));
        }

        return steps;
    }
}
