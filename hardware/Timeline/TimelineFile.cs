using System.Text;

namespace Hardware.Timeline;

/// <summary>The file that a picture of a trace or its signals go to, opened before there are any: that it cannot be written is
/// known in time.</summary>
/// <remarks>What the file held stays until something replaces it. A file that was made for what never came is taken away
/// again.</remarks>
public sealed class TimelineFile : IDisposable
{
    /// <summary>How the name of a picture ends.</summary>
    public const string Picture = ".svg";

    /// <summary>How that of signals ends.</summary>
    public const string Signals = ".vcd";

    private readonly FileStream _file;
    private bool _isEmptyAndNew;

    private TimelineFile(FileStream file, bool isNew)
    {
        _file = file;
        _isEmptyAndNew = isNew;
    }

    /// <summary>Opens it.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="ending">How it has to end: a slip of the hand must not cost a file of another kind.</param>
    /// <exception cref="IOException">It cannot be written, or its name ends otherwise; the message is one line.</exception>
    public static TimelineFile Open(string path, string ending = Picture)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            string what = ending == Picture ? "a picture's file name" : "the name of a file of signals";
            throw new IOException($"{path}: {what} ends in {ending}");
        }

        try
        {
            bool isNew = !File.Exists(path);
            return new TimelineFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite), isNew);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new IOException($"cannot write {path}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Puts a text into it, in place of what it held.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _file.SetLength(0);
        _isEmptyAndNew = false;
        _file.Write(bytes);
        _file.Flush(flushToDisk: false);
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (_isEmptyAndNew) File.Delete(_file.Name);
    }
}
