using System;
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
    private readonly List<FieldInfo> _statics = [];
    private readonly List<Action> _constructors = [];

    private Image(Context context, string program, IReadOnlyCollection<string> references)
    {
        Program = context.Assemblies.First(each => each.GetName().Name == program);
        foreach (Assembly each in context.Assemblies.OrderBy(each => each.GetName().Name, StringComparer.Ordinal)) Add(each);
        EntryPoint = Program.EntryPoint;
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

    /// <exception cref="UnknownMemberException">It uses what the machine does not have.</exception>
    internal static Image Load(
        string program, IReadOnlyCollection<string> hosted, InstructionCosts costs, bool isOptimized)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(program))!;
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(folder);
        List<ModuleDefinition> modules = [];
        HashSet<string> names = [];
        Read(program, hosted, resolver, modules, names);
        string? missing = hosted.FirstOrDefault(each => !names.Contains(each));
        if (missing != null) throw new FileNotFoundException($"{program} refers to no assembly {missing} beside it.");
        SortedSet<string> references = new(StringComparer.Ordinal);
        foreach (ModuleDefinition module in modules)
        {
            references.UnionWith(module.GetTypeReferences().Select(each => each.FullName));
        }

        List<string> unknown = [];
        foreach (ModuleDefinition module in modules)
        {
            unknown.AddRange(new Rewriter(module, names, hosted, costs, isOptimized).Rewrite());
        }

        if (unknown.Count > 0) throw new UnknownMemberException(unknown);

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

        return new Image(context, Path.GetFileNameWithoutExtension(program), references);
    }

    /// <summary>Whether the code is a machine's firmware.</summary>
    internal static bool IsFirmware(Assembly assembly) => AssemblyLoadContext.GetLoadContext(assembly) is Context;

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
        HashSet<string> names)
    {
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
        foreach (AssemblyNameReference reference in module.AssemblyReferences)
        {
            if (names.Contains(reference.Name) || IsPlatform(reference.Name)) continue;
            string library = Path.Combine(folder, reference.Name + ".dll");
            if (File.Exists(library)) Read(library, hosted, resolver, modules, names);
        }
    }

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

    // Not collectible: statics of a collectible context are slower, and machines are few.
    private sealed class Context() : AssemblyLoadContext("firmware")
    {
        protected override Assembly? Load(AssemblyName name) =>
            Assemblies.FirstOrDefault(each => each.GetName().Name == name.Name)
            ?? GetLoadContext(typeof(Image).Assembly)!.LoadFromAssemblyName(name);
    }
}
