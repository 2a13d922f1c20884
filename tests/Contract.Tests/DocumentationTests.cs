using System.Reflection;
using System.Xml.Linq;
using Workqueues;

namespace Contract.Tests;

/// <summary>Every public member says what it is and from where it may be called.</summary>
[TestClass]
public class DocumentationTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, XElement> s_docs = XDocument
        .Load(Path.ChangeExtension(typeof(Work).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    [TestMethod]
    public void PublicMembers_XmlDocs_AllHaveASummary()
    {
        var without = PublicIds().Where(id => !HasSummary(id)).ToList();
        Assert.AreEqual("", string.Join('\n', without));
    }

    [TestMethod]
    public void PublicMembers_XmlDocs_SayTheContext()
    {
        Type[] types =
        [
            typeof(Work), typeof(DelayedWork), typeof(Workqueue), typeof(WorkPool), typeof(InterruptContext), typeof(Jiffies),
        ];
        var without = types.SelectMany(MemberIds).Where(id => !Text(id).Contains("Context:")).ToList();
        Assert.AreEqual("", string.Join('\n', without.Where(id => !id.StartsWith("F:", StringComparison.Ordinal))));
    }

    [TestMethod]
    public void BooleanMethods_XmlDocs_SayWhatTheyReturn()
    {
        Type[] types = [typeof(Work), typeof(DelayedWork), typeof(Workqueue)];
        var methods = types.SelectMany(type => type.GetMethods(Declared));
        var without = methods.Where(method => method.ReturnType == typeof(bool) && !method.IsSpecialName).Select(IdOf)
            .Where(id => s_docs.GetValueOrDefault(id)?.Element("returns") == null).ToList();
        Assert.AreEqual("", string.Join('\n', without));
    }

    private static IEnumerable<string> PublicIds() =>
        typeof(Work).Assembly.GetExportedTypes().SelectMany(type => MemberIds(type).Prepend("T:" + type.FullName));

    private static IEnumerable<string> MemberIds(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate))) yield break;
        foreach (ConstructorInfo constructor in type.GetConstructors())
        {
            // The one that the compiler makes has no place for a comment.
            if (constructor.GetParameters().Length > 0) yield return IdOf(constructor);
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => !method.IsSpecialName)) yield return IdOf(method);
        foreach (PropertyInfo property in type.GetProperties(Declared)) yield return $"P:{type.FullName}.{property.Name}";
        foreach (EventInfo raised in type.GetEvents(Declared)) yield return $"E:{type.FullName}.{raised.Name}";
        foreach (FieldInfo field in type.GetFields(Declared).Where(field => !field.IsSpecialName))
        {
            yield return $"F:{type.FullName}.{field.Name}";
        }
    }

    private static string IdOf(MethodBase method)
    {
        string name = method.IsConstructor ? "#ctor" : method.Name;
        string parameters = string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName));
        return $"M:{method.DeclaringType!.FullName}.{name}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }

    // The member's own comment, and what it inherits.
    private static bool HasSummary(string id)
    {
        if (!s_docs.TryGetValue(id, out XElement? member)) return false;
        if (!string.IsNullOrWhiteSpace(member.Element("summary")?.Value)) return true;
        string? from = member.Element("inheritdoc")?.Attribute("cref")?.Value;
        return from != null && HasSummary(from);
    }

    private static string Text(string id)
    {
        if (!s_docs.TryGetValue(id, out XElement? member)) return "";
        string? from = member.Element("inheritdoc")?.Attribute("cref")?.Value;
        return member.Value + (from == null ? "" : Text(from));
    }
}
