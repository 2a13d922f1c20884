using System.IO.Enumeration;

namespace Hardware.DeviceCheck;

/// <summary>MSBuild's file patterns: *, ? and ** for any folders. What is built (bin, obj) is never meant.</summary>
internal static class Glob
{
    internal static IEnumerable<string> Find(string folder, string pattern)
    {
        if (Path.IsPathRooted(pattern)) pattern = Path.GetRelativePath(folder, pattern);
        string[] parts = pattern.Replace('\\', '/').Split('/');
        int up = Array.FindIndex(parts, each => each != "..");
        string root = Path.GetFullPath(Path.Combine([folder, .. parts[..up]]));
        return Find(root, parts.AsSpan(up)).Order(StringComparer.Ordinal);
    }

    private static List<string> Find(string folder, ReadOnlySpan<string> parts)
    {
        List<string> found = [];
        if (!Directory.Exists(folder)) return found;
        if (parts.Length == 1)
        {
            foreach (string file in Directory.GetFiles(folder))
            {
                if (FileSystemName.MatchesSimpleExpression(parts[0], Path.GetFileName(file), ignoreCase: false)) found.Add(file);
            }

            return found;
        }

        bool isAny = parts[0] == "**";
        if (isAny) found.AddRange(Find(folder, parts[1..]));
        foreach (string inner in Directory.GetDirectories(folder))
        {
            string name = Path.GetFileName(inner);
            if (name is "bin" or "obj" or ".git") continue;
            bool isNamed = !isAny && FileSystemName.MatchesSimpleExpression(parts[0], name, ignoreCase: false);
            if (isAny || isNamed) found.AddRange(Find(inner, isAny ? parts : parts[1..]));
        }

        return found;
    }
}
