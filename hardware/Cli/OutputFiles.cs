namespace Hardware.Cli;

/// <summary>The files that a command line names. All are opened before the first is written, so that a wrong name of one does not
/// cost what another one held.</summary>
/// <remarks>Opening changes nothing: a file holds what it held until it is written or <see cref="OutputFile.Begin"/> empties it,
/// and one that was made here for nothing is taken away again. Devices and pipes are files like others, only that they hold
/// nothing to lose.</remarks>
public sealed class OutputFiles : IDisposable
{
    private readonly List<(string Name, string Identity)> _known = [];
    private readonly List<OutputFile> _files = [];

    /// <summary>Why some are not complete, a line for each.</summary>
    public IEnumerable<string> Failures => _files.Select(file => file.Failure).OfType<string>();

    /// <summary>A file that is read must not be written too.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public void Protect(string option, string path)
    {
        FileName.ThrowIfNone(option, path);
        if (!Path.Exists(path)) throw new UsageException($"{option} {path}: there is no such file");
        if (FileSystem.Identity(path) is { } identity && FileSystem.IsRegular(path)) _known.Add((option, identity));
    }

    /// <summary>Opens a file for writing.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Its name; null: the option is not given.</param>
    /// <param name="ending">How the name has to end: a slip of the hand must not cost a file of another kind. A device or a pipe
    /// has nothing to lose.</param>
    /// <returns>The file; null: the option is not given.</returns>
    /// <exception cref="UsageException">It cannot be written, or it is the file of another option.</exception>
    public OutputFile? Open(string option, string? path, string ending = "")
    {
        if (path is null) return null;
        string name = $"{option} {path}";
        FileName.ThrowIfNone(option, path);
        if (Directory.Exists(path)) throw new UsageException($"{name}: this is a folder; name a file");
        bool isDevice = Path.Exists(path) && !FileSystem.IsRegular(path);
        if (!isDevice && !path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{name}: the file's name must end in {ending}");
        }

        if (FileSystem.ClosedStream(path) is { } closed) throw new UsageException($"{name}: {closed} is closed");
        OutputFile file = Create(option, path, name);
        _files.Add(file);
        if (!FileSystem.IsRegular(path) || FileSystem.Identity(path) is not { } identity) return file;
        if (identity == FileSystem.OutputIdentity())
        {
            throw new UsageException($"{name}: standard output goes there, and each would overwrite the other; leave one out");
        }

        if (_known.Find(known => known.Identity == identity) is { Name: { } other })
        {
            throw new UsageException($"{name}: this is the file of {other} too, which it would overwrite; name another one");
        }

        _known.Add((option, identity));
        return file;
    }

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        foreach (OutputFile file in _files) file.Dispose();
    }

    private static OutputFile Create(string option, string path, string name)
    {
        try
        {
            bool isNew = !File.Exists(path);
            return new OutputFile(
                option, path, new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0), isNew);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new UsageException($"{name}: cannot be written: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }
}
