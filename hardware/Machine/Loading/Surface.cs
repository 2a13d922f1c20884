using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;

namespace Hardware.Machine.Loading;

/// <summary>What the result of a member is to the heap.</summary>
internal enum Makes
{
    Nothing,
    String,
    Array,
    Object,
}

/// <summary>A member that firmware may use.</summary>
/// <param name="Name">With the types of its parameters.</param>
/// <param name="Instructions">What its managed code on a board takes.</param>
/// <param name="Makes">What it allocates.</param>
/// <param name="IsOfPcOnly">True: the compiler uses it on a PC; a board's library does not have it.</param>
internal sealed record SurfaceMember(string Name, int Instructions, Makes Makes, bool IsOfPcOnly);

/// <summary>A type that firmware may use.</summary>
internal sealed class SurfaceType(string name, string assembly, int objectBytes, bool isOfPcOnly)
{
    internal string Name => name;

    /// <summary>The library that it is in on a board.</summary>
    internal string Assembly => assembly;

    /// <summary>Bytes of an object in the board's heap.</summary>
    internal int ObjectBytes => objectBytes;

    internal bool IsOfPcOnly => isOfPcOnly;

    internal Dictionary<string, SurfaceMember> Members { get; } = [];

    /// <summary>The machine's own type that stands for it; null: it is .NET's.</summary>
    internal Type? Replacement { get; set; }

    /// <summary>The machine's static methods that stand for members of .NET's type, by the name of the member.</summary>
    internal Dictionary<string, MethodInfo> Substitutes { get; } = [];
}

/// <summary>All that firmware may use of the board's libraries: read from Surface.txt, and joined with the types of the machine
/// that stand for some of them. Nothing else gets past the loader.</summary>
internal sealed class Surface
{
    private static readonly Dictionary<string, string> s_keywords = new()
    {
        ["void"] = "System.Void",
        ["object"] = "System.Object",
        ["string"] = "System.String",
        ["bool"] = "System.Boolean",
        ["char"] = "System.Char",
        ["sbyte"] = "System.SByte",
        ["byte"] = "System.Byte",
        ["short"] = "System.Int16",
        ["ushort"] = "System.UInt16",
        ["int"] = "System.Int32",
        ["uint"] = "System.UInt32",
        ["long"] = "System.Int64",
        ["ulong"] = "System.UInt64",
        ["float"] = "System.Single",
        ["double"] = "System.Double",
        ["nint"] = "System.IntPtr",
    };

    private readonly Dictionary<string, SurfaceType> _types = [];

    private Surface()
    {
        using StreamReader reader = new(typeof(Surface).Assembly.GetManifestResourceStream("Surface.txt")!);
        Read(reader);
        foreach (Type type in typeof(Surface).Assembly.GetTypes())
        {
            if (type.GetCustomAttribute<ReplacesAttribute>() is { } replaces) Of(replaces.TypeName, type).Replacement = type;
            if (type.GetCustomAttribute<ExtendsAttribute>() is not { } extends) continue;
            SurfaceType extended = Of(extends.TypeName, type);
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                extended.Substitutes.Add(NameOf(method), method);
            }
        }
    }

    internal static Surface Instance { get; } = new();

    internal IEnumerable<SurfaceType> Types => _types.Values;

    internal SurfaceType? Find(string typeName) => _types.GetValueOrDefault(typeName);

    /// <summary>The type of .NET, or of the virtual board, that has the name; null: there is none.</summary>
    internal static Type? FindInDotNet(string name) =>
        typeof(object).Assembly.GetType(name)
        ?? typeof(VirtualRuntime.Drive).Assembly.GetType(name)
        ?? typeof(System.Collections.Stack).Assembly.GetType(name)
        ?? typeof(Queue<int>).Assembly.GetType(name);

    /// <summary>A type as Surface.txt names it in a parameter list.</summary>
    internal static string Short(string typeName)
    {
        string suffix = "";
        int modifier = typeName.IndexOf(" modreq(", StringComparison.Ordinal);
        if (modifier >= 0) typeName = typeName[..modifier];
        while (typeName.EndsWith("[]", StringComparison.Ordinal) || typeName.EndsWith('&'))
        {
            int cut = typeName.EndsWith('&') ? 1 : 2;
            suffix = typeName[^cut..] + suffix;
            typeName = typeName[..^cut];
        }

        foreach ((string keyword, string full) in s_keywords)
        {
            if (full == typeName) return keyword + suffix;
        }

        return typeName + suffix;
    }

    private SurfaceType Of(string name, Type by) => _types.GetValueOrDefault(name)
        ?? throw new InvalidOperationException($"{by.Name} stands for {name}, which Surface.txt does not have.");

    // How the substitute's member is called: without its first parameter, the object, if the member is not static.
    private static string NameOf(MethodInfo method)
    {
        ParameterInfo[] parameters = method.GetParameters();
        string name = method.GetCustomAttribute<MemberAttribute>()?.Name ?? method.Name;
        int first = method.GetCustomAttribute<StaticMemberAttribute>() != null || name == ".ctor" ? 0 : 1;
        List<string> types = [];
        for (int i = first; i < parameters.Length; i++) types.Add(Short(FullName(parameters[i].ParameterType)));
        return name + "(" + string.Join(',', types) + ")";
    }

    private static string FullName(Type type) => type.IsGenericParameter || type.FullName == null ? type.Name : type.FullName;

    // The head of the file says what a line is.
    private void Read(TextReader reader)
    {
        string assembly = "mscorlib";
        SurfaceType? type = null;
        while (reader.ReadLine() is { } line)
        {
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            if (comment >= 0) line = line[..comment];
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            bool isOfPcOnly = words[^1] == "pc";
            if (words[0] == "assembly")
            {
                assembly = words[1];
            }
            else if (words[0] == "type")
            {
                int bytes = words.Length > 2 && int.TryParse(words[2], out int number) ? number : 12;
                type = new SurfaceType(words[1], assembly, bytes, isOfPcOnly);
                _types.Add(type.Name, type);
            }
            else
            {
                int instructions = 0;
                Makes makes = Makes.Nothing;
                for (int i = 1; i < words.Length; i++)
                {
                    if (int.TryParse(words[i], out int number)) instructions = number;
                    else if (words[i] != "pc") makes = Enum.Parse<Makes>(words[i], ignoreCase: true);
                }

                type!.Members.Add(words[0], new SurfaceMember(words[0], instructions, makes, isOfPcOnly || type.IsOfPcOnly));
            }
        }
    }
}
