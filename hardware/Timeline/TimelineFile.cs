using System.Text;

namespace Hardware.Timeline;

/// <summary>The file that a picture goes to, opened before there is one: that it cannot be written is known in time.</summary>
/// <remarks>What the file held stays until the first picture replaces it. A file that was made for a picture which never came
/// is taken away again.</remarks>
public sealed class TimelineFile : IDisposable
{
    private readonly FileStream _file;
    private bool _isEmptyAndNew;

    private TimelineFile(FileStream file, bool isNew)
    {
        _file = file;
        _isEmptyAndNew = isNew;
    }

    /// <summary>Opens it.</summary>
    /// <param name="path">Its name, which ends in <c>.svg</c>: a slip of the hand must not cost a file of another kind.</param>
    /// <exception cref="IOException">It cannot be written, or its name ends otherwise; the message is one line.</exception>
    public static TimelineFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException($"{path}: a picture's file name ends in .svg");
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

    /// <summary>Puts a picture into it, in place of what it held.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string picture)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(picture);
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
