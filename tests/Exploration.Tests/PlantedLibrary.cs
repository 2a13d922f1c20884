using Reference;

namespace Exploration.Tests;

/// <summary>The compiled library with mutations, and the programs once more, bound to it.</summary>
internal sealed class PlantedLibrary : IDisposable
{
    /// <summary>The library as it is: optimised, as for a board.</summary>
    internal static readonly string Compiled = typeof(Workqueues.Workqueue).Assembly.Location;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("planted");

    /// <exception cref="ArgumentException">A mutation does not fit the library (any more).</exception>
    internal PlantedLibrary(params Mutation[] mutations)
    {
        string programs = typeof(Entry).Assembly.Location;
        Mutation.Plant(Compiled, Path.Combine(_folder.FullName, Path.GetFileName(Compiled)), mutations);
        Copy(programs);
        Copy(Path.ChangeExtension(programs, ".pdb"));
        Explorer = new Explorer(_folder.FullName, isForMany: false);
    }

    /// <summary>Explores programs with this library.</summary>
    internal Explorer Explorer { get; }

    /// <summary>Puts something else beside it that uses it.</summary>
    /// <returns>The copy.</returns>
    internal string Copy(string file)
    {
        string copy = Path.Combine(_folder.FullName, Path.GetFileName(file));
        File.Copy(file, copy);
        return copy;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
