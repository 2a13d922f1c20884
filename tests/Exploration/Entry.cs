namespace Exploration;

/// <summary>What the explorer calls from outside the machine: only types of the runtime cross over.</summary>
internal static class Entry
{
    private static Scene? s_scene;

    /// <summary>Sets a program up: the body of Main, which then waits for ever.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="readers">Of private fields of the library; see <see cref="Invariants"/>.</param>
    /// <param name="report">Notes that a rule is broken.</param>
    /// <param name="begin">Called when the program is set up.</param>
    internal static void Main(string program, Delegate[] readers, Action<string> report, Action begin)
    {
        s_scene = new Scene(new Invariants(readers), report);
        Programs.Find(program).SetUp(s_scene);
        s_scene.StartThreads();
        begin();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Called before each choice, while all threads stand still.</summary>
    /// <param name="isNew">Nobody has looked at what came out of these choices before.</param>
    /// <param name="isAtRest">Nobody can go on any more.</param>
    /// <returns>Which rule is broken; null: none.</returns>
    internal static string? Check(bool isNew, bool isAtRest)
    {
        Scene scene = s_scene!;
        scene.Wake();
        string? broken = isNew ? scene.FindBrokenInvariant() : null;
        return broken ?? (isAtRest && !scene.HasWoken ? scene.FindBrokenRuleAtRest() : null);
    }
}
