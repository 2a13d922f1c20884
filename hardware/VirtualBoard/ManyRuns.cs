using System.Collections.Concurrent;

namespace VirtualBoard;

/// <summary>Many runs of one board, each with something else done to it.</summary>
/// <remarks>Runs share nothing, so each core of the PC has a board of its own.</remarks>
/// <param name="makeBench">Makes a board.</param>
/// <param name="progress">Where it is shown how far it is.</param>
public sealed class ManyRuns(Func<Bench> makeBench, ProgressLine progress) : IDisposable
{
    private readonly ConcurrentBag<Bench> _free = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Bench bench in _free) bench.Dispose();
        _free.Clear();
    }

    /// <summary>Uses a board once.</summary>
    public T Once<T>(Func<Bench, T> use)
    {
        Bench bench = _free.TryTake(out Bench? free) ? free : makeBench();
        T result = use(bench);
        _free.Add(bench);
        return result;
    }

    /// <summary>Runs them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="run">Runs the board once, with the number of the run from 1; returns what to say of it, or null.</param>
    /// <returns>What was said, by the number of the run.</returns>
    public IReadOnlyList<(int Number, T What)> Run<T>(int count, Func<Bench, int, T?> run)
        where T : class
    {
        ConcurrentBag<(int Number, T What)> said = [];
        int next = 0;
        int done = 0;
        Parallel.For(0, Math.Min(count, Environment.ProcessorCount), _ =>
        {
            int number;
            while ((number = Interlocked.Increment(ref next)) <= count)
            {
                if (Once(bench => run(bench, number)) is { } what) said.Add((number, what));
                progress.Show(Interlocked.Increment(ref done), count, "runs");
            }
        });
        return [.. said.OrderBy(each => each.Number)];
    }
}
