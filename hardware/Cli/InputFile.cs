using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Hardware.Cli;

/// <summary>A file that the user names, to be read.</summary>
public static class InputFile
{
    /// <summary>So many characters a line may have: a longer one is no text.</summary>
    public const int LineMax = 1 << 20;

    /// <summary>The project in a folder.</summary>
    /// <param name="option">The option that names the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="path">As the user wrote it.</param>
    /// <exception cref="UsageException">There is none, or more than one.</exception>
    public static string ProjectIn(string option, string folder, string path)
    {
        string[] projects = Directory.GetFiles(folder, "*.csproj");
        if (projects.Length == 1) return projects[0];
        throw new UsageException($"{option} {path}: a folder with one project is needed; this one has {projects.Length}");
    }

    /// <summary>What a project file says.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="UsageException">It is no project, or cannot be read.</exception>
    public static XElement Project(string name, string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            XElement root = XElement.Load(file);
            if (root.Name.LocalName == "Project") return root;
            throw new UsageException($"{name}: this is not a project: its outermost element is {root.Name.LocalName}");
        }
        catch (XmlException exception)
        {
            throw new UsageException($"{name}: this is not a project: {exception.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{name}: cannot be read: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Reads the lines of a text.</summary>
    /// <param name="option">The option.</param>
    /// <param name="path">The file's name: also a pipe's or a device's.</param>
    /// <param name="read">What is made of its lines, which come as they are read.</param>
    /// <param name="max">How many characters it may have; null: as many as come.</param>
    /// <exception cref="UsageException">It cannot be read, or is too long.</exception>
    public static T Read<T>(string option, string path, Func<IEnumerable<string>, T> read, int? max = null)
    {
        FileName.ThrowIfNone(option, path);
        if (Directory.Exists(path)) throw new UsageException($"{option} {path}: this is a folder; name a file");
        try
        {
            using StreamReader text = File.OpenText(path);
            return read(Lines(text, $"{option} {path}", max));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new UsageException($"{option} {path}: cannot be read: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static IEnumerable<string> Lines(StreamReader text, string name, int? max)
    {
        var line = new StringBuilder();
        int number = 1;
        long all = 0;
        for (; text.Read() is >= 0 and int character; all++)
        {
            if (all == max) throw new UsageException($"{name}: has more than {max} characters, which is too long");
            if (character == '\n')
            {
                yield return End();
                number++;
            }
            else if (line.Length < LineMax) line.Append((char)character);
            else throw new UsageException($"{name}: line {number} has more than {LineMax} characters: this is no text");
        }

        if (line.Length > 0) yield return End();

        string End()
        {
            string whole = line.ToString().TrimEnd('\r');
            line.Clear();
            return whole;
        }
    }
}
