using Hardware.Machine;

namespace VirtualBoard;

/// <summary>Something to watch on the page.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Sentence">What happens, and what to look for.</param>
/// <param name="Slowdown">How many times slower it is shown first.</param>
/// <param name="Finger">What is done to the button; null: nothing, the user presses.</param>
public sealed record Scenario(string Name, string Sentence, int Slowdown, Finger? Finger)
{
    /// <summary>The program, one that is built with this one; null: the board's.</summary>
    public string? Firmware { get; init; }

    /// <summary>So much heap the board has; 0: all that it has.</summary>
    public long HeapBytes { get; init; }

    /// <summary>How many edges a storm has.</summary>
    public const int StormEdges = 100_000;

    /// <summary>Of the firmware in this repository, which presses, debounces, and unloads when it is held for two
    /// seconds.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("Your own press", "Press the button yourself and watch what an edge leaves behind.", 1, null),
        new("One press", "Two clean edges: each is recorded, queues one item, and 20 ms after the last one the debounce finds a "
            + "press and lights the LED.", 100, new Finger(1, 300, 0, 0, false, 0, 1)),
        new("A bouncing press", "The contact bounces: look how many edges each become an item of their own, and how the debounce "
            + "timer waits until they have ended before it sees one press.", 100, new Finger(1, 300, 5, 0, false, 0, 4)),
        new("A storm", "100,000 edges at one moment: the ring keeps the newest and counts the others as lost, and the pool runs "
            + "out of items; the firmware hears of no more than fits.", 100, new Finger(0, 300, 0, StormEdges, false, 0, 1)),
        new("A long handler", "Three presses of a contact that bounces badly: my_work prints, which takes long, so its items "
            + "pile up in my_queue; the debounce in its own queue is not delayed by them.", 20,
            new Finger(3, 300, 12, 0, false, 0, 7)),
        new("Destroy with armed work", "The button is held for two seconds, which unloads the module: look how the timers that "
            + "are still armed are cancelled before their queues end.", 1, new Finger(0, 300, 0, 0, false, 2500, 1)),
        new("A hog and the watchdog", "A handler that computes for 30 ms is named as a hog from its fourth run on; then one "
            + "waits for an answer, after 100 ms the watchdog names it, and the item behind it has to wait.", 10, null)
        {
            Firmware = "Watchdog",
        },
        new("CancelSync against an item that queues itself", "Each run of reading arms it anew; after half a second CancelSync "
            + "takes it off its timer: it is cancelled, and no run follows.", 10, null) { Firmware = "PeriodicSensor" },
        new("Memory runs out", "This board has 24 KB of heap, which a storm fills with edges that wait: look how edges are lost "
            + "for want of heap in the list, and that a press is seen all the same.", 100,
            new Finger(1, 300, 0, 2000, false, 0, 1))
        {
            HeapBytes = 24 << 10,
        },
    ];
}
