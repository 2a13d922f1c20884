using System.Text;

namespace Hardware.Cli;

/// <summary>A file that an option names. Writing never throws: <see cref="Failure"/> says what became of it.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _option;
    private readonly FileStream _file;
    private readonly LastingStream _bytes;
    private readonly BufferedStream _buffer;
    private bool _isEmptyAndNew;
    private bool _isBegun;

    internal OutputFile(string option, string path, FileStream file, bool isNew)
    {
        _option = option;
        Path = path;
        _file = file;
        _bytes = new LastingStream(file);
        _buffer = new BufferedStream(_bytes);
        _isEmptyAndNew = isNew;
    }

    /// <summary>Its name, as the user wrote it.</summary>
    public string Path { get; }

    /// <summary>Why it is not complete, one line; null: nothing was lost so far.</summary>
    public string? Failure { get; private set; }

    /// <summary>Empties it, if nothing was written yet. A device has nothing to empty.</summary>
    public void Begin()
    {
        if (_isBegun) return;
        _isBegun = true;
        _isEmptyAndNew = false;
        try
        {
            if (_file is { CanSeek: true, Length: > 0 }) _file.SetLength(0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure ??= $"{_option} {Path}: cannot be emptied: {exception.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Begin();
        _buffer.Write(bytes);
    }

    /// <summary>Adds a line.</summary>
    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Puts a text in place of what the file holds.</summary>
    public void Replace(string text)
    {
        _isBegun = false;
        Begin();
        Write(Encoding.UTF8.GetBytes(text));
        Flush();
    }

    /// <summary>Brings what was written to where it goes.</summary>
    public void Flush()
    {
        _buffer.Flush();
        if (_bytes.Fault is { } fault) Failure ??= $"{_option} {Path}: not complete: {fault.Message}";
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Flush();
        _buffer.Dispose();
        if (_isEmptyAndNew && FileSystem.IsRegular(Path)) File.Delete(Path);
    }
}
