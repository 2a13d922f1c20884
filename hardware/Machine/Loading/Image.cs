using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hardware.Machine.Loading;

/// <summary>A program and its libraries, rewritten and loaded into a context of their own, so that each machine has its own
/// statics.</summary>
internal sealed class Image
{
    // Images that no machine has: what is loaded stays loaded, and each power-on makes its statics anew.
    private static readonly ConcurrentDictionary<Source, ConcurrentBag<Image>> s_free = new();

    private readonly List<FieldInfo> _statics = [];
    private readonly List<Action> _constructors = [];
    private readonly Source _source;
    private readonly FileStamp[] _files;

    private Image(
        Source source, FileStamp[] files, Context context, string program, IReadOnlyCollection<string> references,
        string? usesEsp32)
    {
        _source = source;
        _files = files;
        Program = context.Assemblies.First(each => each.GetName().Name == program);
        foreach (Assembly each in context.Assemblies.OrderBy(each => each.GetName().Name, StringComparer.Ordinal)) Add(each);
        EntryPoint = Program.EntryPoint;
        UsesEsp32 = usesEsp32;
        UsesPins = references.Any(each => each.StartsWith("System.Device.Gpio", StringComparison.Ordinal));
    }

    /// <summary>The program, rewritten.</summary>
    internal Assembly Program { get; }

    /// <summary>Main; null: it is a library.</summary>
    internal MethodInfo? EntryPoint { get; }

    /// <summary>Static constructors, in the order in which a board runs them (38).</summary>
    internal IReadOnlyList<Action> StaticConstructors => _constructors;

    /// <summary>Whether the board would load the libraries for pins and events.</summary>
    internal bool UsesPins { get; }

    /// <summary>What it uses that only the runtime of an ESP32 has; null: nothing.</summary>
    internal string? UsesEsp32 { get; }

    /// <summary>An image of the program, for one machine: a new one, or one that was released.</summary>
    /// <exception cref="UnknownMemberException">It uses what the machine does not have.</exception>
    internal static Image Load(
        string program, IReadOnlyCollection<string> hosted, InstructionCosts costs, bool isOptimized, bool isProfiled)
    {
        Source source = new(Path.GetFullPath(program), string.Join('|', hosted), costs, isOptimized, isProfiled);
        ConcurrentBag<Image> free = s_free.GetOrAdd(source, _ => []);
        while (free.TryTake(out Image? image))
        {
            if (Array.TrueForAll(image._files, each => each == FileStamp.Of(each.Path))) return image;
        }

        return Load(source, hosted);
    }

    /// <summary>The machine needs it no more: the next one may have it.</summary>
    internal void Release() => s_free[_source].Add(this);

    private static Image Load(Source source, IReadOnlyCollection<string> hosted)
    {
        string folder = Path.GetDirectoryName(source.Path)!;
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(folder);
        List<ModuleDefinition> modules = [];
        HashSet<string> names = [];
        List<FileStamp> files = [];
        Read(source.Path, hosted, resolver, modules, names, files);
        string? missing = hosted.FirstOrDefault(each => !names.Contains(each));
        if (missing != null) throw new FileNotFoundException($"{source.Path} refers to no assembly {missing} beside it.");
        SortedSet<string> references = new(StringComparer.Ordinal);
        string? usesEsp32 = null;
        foreach (ModuleDefinition module in modules)
        {
            string[] types = [.. module.GetTypeReferences().Select(each => each.FullName)];
            references.UnionWith(types);
            if (hosted.Contains(module.Assembly.Name.Name)) continue; // a test may try what its board does not have
            usesEsp32 ??= Array.Find(types, each => each.StartsWith("nanoFramework.Hardware.Esp32.", StringComparison.Ordinal));
        }

        foreach (ModuleDefinition module in modules)
        {
            IReadOnlyCollection<string> unknown =
                new Rewriter(module, names, hosted, source.Costs, source.IsOptimized, source.IsProfiled).Rewrite();
            if (unknown.Count > 0) throw new UnknownMemberException([.. unknown]);
        }

        Context context = new();
        foreach (ModuleDefinition module in modules)
        {
            using MemoryStream code = new();
            using MemoryStream symbols = new();
            WriterParameters parameters = new();
            if (module.HasSymbols)
            {
                parameters.WriteSymbols = true;
                parameters.SymbolWriterProvider = new PortablePdbWriterProvider();
                parameters.SymbolStream = symbols;
            }

            module.Write(code, parameters);
            code.Position = 0;
            symbols.Position = 0;
            context.LoadFromStream(code, module.HasSymbols ? symbols : null);
            module.Dispose();
        }

        return new Image(source, [.. files], context, Path.GetFileNameWithoutExtension(source.Path), references,
            usesEsp32);
    }

    /// <summary>Whether the code is a machine's firmware.</summary>
    internal static bool IsFirmware(Assembly assembly) => AssemblyLoadContext.GetLoadContext(assembly) is Context;

    /// <summary>A type by its name, as the board's runtime looks for it: in the named assembly, in all where there is none of
    /// that name.</summary>
    /// <returns>Null: there is none.</returns>
    internal Type? FindType(string name, string assembly)
    {
        Assembly[] all = [.. AssemblyLoadContext.GetLoadContext(Program)!.Assemblies];
        Assembly[] named = Array.FindAll(all, each => each.GetName().Name == assembly);
        Type? found = (named.Length > 0 ? named : all).Select(each => each.GetType(name)).FirstOrDefault(each => each != null);
        if (found != null || named.Length > 0 || Surface.Instance.Find(name) is not { } known) return found;
        return known.Replacement ?? Surface.FindInDotNet(name);
    }

    /// <summary>All statics as they are before anything has run.</summary>
    internal void Reset()
    {
        foreach (FieldInfo field in _statics)
        {
            // A lambda that captures nothing belongs to an object that the static constructor of its class makes. On a board it
            // may be used before, without one; .NET refuses that.
            bool isLambdaHome = field.Name == "<>9" && field.FieldType == field.DeclaringType;
            field.SetValue(null, isLambdaHome ? RuntimeHelpers.GetUninitializedObject(field.FieldType) : null);
        }
    }

    // The module and all that it refers to and that lies beside it.
    private static void Read(
        string path,
        IReadOnlyCollection<string> hosted,
        IAssemblyResolver resolver,
        List<ModuleDefinition> modules,
        HashSet<string> names,
        List<FileStamp> files)
    {
        files.Add(FileStamp.Of(path));
        ModuleDefinition module = ModuleDefinition.ReadModule(
            path,
            new ReaderParameters
            {
                AssemblyResolver = resolver,
                InMemory = true,
                ReadSymbols = true,
                ThrowIfSymbolsAreNotMatching = false,
                SymbolReaderProvider = new DefaultSymbolReaderProvider(throwIfNoSymbol: false),
            });
        bool isNamed = modules.Count == 0 || hosted.Contains(module.Assembly.Name.Name);
        if (hosted.Count > 0 && !isNamed && IsHostsOwn(module))
        {
            module.Dispose();
            return;
        }

        modules.Add(module);
        names.Add(module.Assembly.Name.Name);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (string reference in module.AssemblyReferences.Select(each => each.Name).Concat(LookedFor(module)))
        {
            if (names.Contains(reference) || IsPlatform(reference)) continue;
            string library = Path.Combine(folder, reference + ".dll");
            if (File.Exists(library)) Read(library, hosted, resolver, modules, names, files);
            else files.Add(FileStamp.Of(library)); // another image, when there is one
        }
    }

    // A board carries what its project refers to; the compiler leaves out of the assembly what no code refers to. Such a library
    // is for those who look for it by name: Type.GetType("Namespace.Type, Library").
    private static IEnumerable<string> LookedFor(ModuleDefinition module)
    {
        if (!module.GetMemberReferences().Any(IsGetType)) return [];
        return from type in module.GetTypes()
               from method in type.Methods
               where method.HasBody
               from each in method.Body.Instructions
               where each.Operand is MethodReference callee && IsGetType(callee) && each.Previous?.Operand is string
               let words = ((string)each.Previous.Operand).Split(", ")
               where words.Length > 1
               select words[1];
    }

    private static bool IsGetType(MemberReference member) =>
        member is MethodReference { Name: nameof(Type.GetType), DeclaringType.FullName: "System.Type", Parameters.Count: 1 };

    // Beside hosted assemblies lies what they need of the PC: packages, which are signed, and what belongs to the machine.
    private static bool IsHostsOwn(ModuleDefinition module)
    {
        string machine = typeof(Image).Assembly.GetName().Name!;
        return module.Assembly.Name.HasPublicKey || module.Assembly.Name.Name == machine
            || module.AssemblyReferences.Any(each => each.Name == machine);
    }

    private static bool IsPlatform(string name) =>
        name is "mscorlib" or "netstandard" or "VirtualRuntime"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("nanoFramework.", StringComparison.Ordinal);

    private void Add(Assembly assembly)
    {
        const BindingFlags Statics =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (Type type in assembly.GetTypes().OrderBy(each => each.FullName, StringComparer.Ordinal))
        {
            if (type.ContainsGenericParameters) continue;
            foreach (FieldInfo field in type.GetFields(Statics))
            {
                bool isData = (field.Attributes & System.Reflection.FieldAttributes.HasFieldRVA) != 0; // of an array literal
                if (!field.IsLiteral && !isData) _statics.Add(field);
            }

            MethodInfo? constructor = type.GetMethod(Rewriter.StaticConstructor, Statics);
            if (constructor != null) _constructors.Add(constructor.CreateDelegate<Action>());
        }
    }

    // What an image is made of, apart from what the files hold.
    private sealed record Source(string Path, string Hosted, InstructionCosts Costs, bool IsOptimized, bool IsProfiled);

    // As one sees whether a file is another one than before; none: its time is the year 1601, its length -1.
    private readonly record struct FileStamp(string Path, DateTime Written, long Bytes)
    {
        internal static FileStamp Of(string path)
        {
            FileInfo file = new(path);
            return new FileStamp(path, file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
        }
    }

    // Not collectible: statics of a collectible context are slower, and machines are few.
    private sealed class Context() : AssemblyLoadContext("firmware")
    {
        protected override Assembly? Load(AssemblyName name) =>
            Assemblies.FirstOrDefault(each => each.GetName().Name == name.Name)
            ?? GetLoadContext(typeof(Image).Assembly)!.LoadFromAssemblyName(name);
    }
}
