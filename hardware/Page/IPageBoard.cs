namespace Hardware.Page;

/// <summary>The board that a page shows. Members may be called from any thread.</summary>
public interface IPageBoard
{
    /// <summary>What happens on it.</summary>
    Feed Feed { get; }

    /// <summary>Does what a user asked for.</summary>
    /// <param name="request">What.</param>
    /// <returns>Null: it is done. Else why it is not, one line.</returns>
    string? Do(PageRequest request);

    /// <summary>What has happened so far as a picture over time; null: there is none yet.</summary>
    PagePicture? DrawTimeline();
}

/// <summary>A picture over time.</summary>
/// <param name="Svg">The file's text.</param>
/// <param name="Stretches">Where which time is: each left, top, width and height, then the times of its left and right edge in
/// microseconds.</param>
public sealed record PagePicture(string Svg, IReadOnlyList<IReadOnlyList<double>> Stretches);

/// <summary>What a user asks for. Nothing else can be changed through a page.</summary>
/// <param name="What"><c>press</c>, <c>release</c>, <c>pace</c>, <c>stop</c>, <c>go</c>, <c>step</c> or <c>run</c>.</param>
/// <param name="Part">Of a press: the part.</param>
/// <param name="Number">Of a press: how long the contact bounces, in ms; of a pace: how many times slower.</param>
/// <param name="Name">Of a run: the scenario.</param>
public sealed record PageRequest(string What, string? Part = null, int Number = 0, string? Name = null);
