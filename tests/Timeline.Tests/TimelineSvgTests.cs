using System.Globalization;
using System.Xml.Linq;
using Hardware.Timeline;

namespace Timeline.Tests;

/// <summary>The picture: well-formed, self-contained, complete, and the same for the same trace.</summary>
[TestClass]
public class TimelineSvgTests
{
    private const string Title = "A <small> trace & its picture";

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public void Draw_SmallTrace_IsTheGoldenPicture()
    {
        string picture = Small();
        string golden = File.ReadAllText(TestFiles.PathOf("small-trace.svg"));
        if (picture == golden) return;
        string path = Path.Combine(Path.GetTempPath(), "small-trace.svg");
        File.WriteAllText(path, picture);
        Assert.Fail($"The picture has changed. Look at {path}; if it is as it should be, copy it to tests/Timeline.Tests.");
    }

    [TestMethod]
    public void Draw_Any_IsSelfContained()
    {
        XElement svg = XElement.Parse(Small());
        foreach (XElement element in svg.DescendantsAndSelf())
        {
            Assert.AreEqual(s_svg, element.Name.Namespace);
            CollectionAssert.Contains(
                new[] { "svg", "style", "rect", "line", "path", "text", "title" }, element.Name.LocalName, "may run or fetch");
            foreach (XAttribute attribute in element.Attributes())
            {
                Assert.IsFalse(attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal), attribute.ToString());
                Assert.AreNotEqual("href", attribute.Name.LocalName);
            }
        }

        string style = svg.Element(s_svg + "style")!.Value;
        Assert.IsFalse(style.Contains("url(", StringComparison.Ordinal) || style.Contains("@import", StringComparison.Ordinal));
        StringAssert.Contains(style, "prefers-color-scheme: dark");
    }

    [TestMethod]
    public void Draw_SmallTrace_ShowsTracksNumbersAndLosses()
    {
        string[] words = Words(Small());
        foreach (string word in new[]
        {
            Title, "button", "debounce timer", "led_off timer", "my_queue/0", "slow/0", "my_work (2 items)", "300 µs", "1.00 ms",
            "1.50 ms", "older records that were overwritten before the trace began: 7",
            "× failed to allocate my_work (in the log: 1)",
        })
        {
            CollectionAssert.Contains(words, word);
        }
    }

    // At the width at which GitHub shows a picture no text is smaller than 10 pixels.
    [TestMethod]
    public void Draw_Any_TextIsLargeEnough()
    {
        XElement svg = XElement.Parse(Small());
        Assert.AreEqual("838", svg.Attribute("width")!.Value);
        int[] sizes = [.. System.Text.RegularExpressions.Regex.Matches(svg.Element(s_svg + "style")!.Value, @"(\d+)px")
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.IsGreaterThan(2, sizes.Length);
        Assert.IsGreaterThanOrEqualTo(10, sizes.Min());
        Assert.IsFalse(svg.Descendants(s_svg + "text").Any(text => text.Attribute("font-size") is not null));
    }

    // An item has one colour in all pictures, whatever else is in them; those of the ButtonModule differ.
    [TestMethod]
    public void Draw_ItemOfOneName_HasOneColour()
    {
        string[] names = ["debounce", "my_work", "led_off", "hold"];
        string[] alone = [.. names.Select(name => ColourOf(name, Draw(Runs(name))))];
        CollectionAssert.AllItemsAreUnique(alone);
        string together = Draw([.. names.Reverse().SelectMany(Runs)]);
        CollectionAssert.AreEqual(alone, names.Select(name => ColourOf(name, together)).ToArray());

        static string[] Runs(string name) =>
        [
            $"q/0-16 [000] .... 1.000000: workqueue_execute_start: work struct {name}: function {name}",
            $"q/0-16 [000] .... 1.000100: workqueue_execute_end: work struct {name}: function {name}",
        ];

        // In the legend, an item's name follows its box and its letter.
        static string ColourOf(string name, string svg) => XElement.Parse(svg).Elements(s_svg + "text")
            .First(text => text.Value == name).ElementsBeforeSelf(s_svg + "rect").Last().Attribute("class")!.Value;
    }

    // A ring that has wrapped has the run of an item, and no queueing of it.
    [TestMethod]
    public void Draw_SumsThatDiffer_SayWhy()
    {
        CollectionAssert.Contains(
            Words(Small()), "runs whose queueing is not in the trace: 1; items still queued at its end: 1");
        string whole = Draw(
            "w-1 [000] .... 1.000000: workqueue_queue_work: work struct=a function=f workqueue=w req_cpu=0 cpu=0",
            "w-1 [000] .... 1.000100: workqueue_execute_start: work struct a: function f",
            "w-1 [000] .... 1.000200: workqueue_execute_end: work struct a: function f");
        Assert.IsFalse(Words(whole).Any(word => word.Contains("not in the trace", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Draw_NamesWithMarkup_AreText()
    {
        string svg = Draw(
            "w-1 [000] .... 1.000000: workqueue_execute_start: work struct a: function <script>alert(1)</script>&\"'\u0001\uFFFE",
            "w-1 [000] .... 1.000100: workqueue_execute_end: work struct a: function <script>alert(1)</script>&\"'\u0001\uFFFE");
        Assert.AreEqual(0, XElement.Parse(svg).Descendants(s_svg + "script").Count());
        Assert.IsTrue(Words(svg).Any(word => word.StartsWith("<script>alert", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Draw_NoEvents_SaysSo() => CollectionAssert.Contains(Words(Draw("# tracer: nop")), "The trace holds no event.");

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(30, 100, 1)]
    [DataRow(2000, 50, 2)]
    [DataRow(2000, 5_000_000, 3)]
    [DataRow(1300, 3, 4)]
    public void Draw_LongTraces_StayInsideThePageWithinAMegabyte(int runs, int stepMicroseconds, int seed)
    {
        var random = new Random(seed);
        var lines = new List<string>();
        long time = 12_345_678_000;
        string At() => $"{(time += random.Next(1, stepMicroseconds + 1)) / 1e6:F6}";
        for (int i = 0; i < runs; i++)
        {
            string id = "item" + random.Next(40).ToString(CultureInfo.InvariantCulture);
            lines.Add($"i-2 [000] d.h1 {At()}: workqueue_queue_work: work struct={id} function={id} workqueue=q req_cpu=0 cpu=0");
            lines.Add($"q/0-16 [000] .... {At()}: workqueue_execute_start: work struct {id}: function {id}");
            lines.Add($"q/0-16 [000] .... {At()}: workqueue_execute_end: work struct {id}: function {id}");
        }

        string svg = Draw([.. lines]);
        Assert.IsTrue(svg.Length < 1_500_000, $"{svg.Length} characters");
        XElement root = XElement.Parse(svg);
        double width = Number(root, "width");
        double height = Number(root, "height");
        foreach (XElement shape in root.Descendants().Where(element => element.Name.LocalName is "rect" or "line" or "text"))
        {
            foreach (string side in new[] { "x", "x1", "x2" }) AssertInside(shape, side, width);
            foreach (string side in new[] { "y", "y1", "y2" }) AssertInside(shape, side, height);
            if (shape.Attribute("width") is null) continue;
            double right = (shape.Attribute("x") is null ? 0 : Number(shape, "x")) + Number(shape, "width");
            Assert.IsTrue(right <= width, shape.ToString());
        }
    }

    private static void AssertInside(XElement shape, string name, double most)
    {
        if (shape.Attribute(name) is null) return;
        double value = Number(shape, name);
        Assert.IsTrue(value >= 0 && value <= most, shape.ToString());
    }

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static string Small() => TimelineSvg.Draw(TestFiles.TimelineOf(TestFiles.SmallTrace), Title);

    private static string Draw(params string[] lines) => TimelineSvg.Draw(TestFiles.TimelineOf(lines), "test");

    private static string[] Words(string svg) =>
        [.. XElement.Parse(svg).Elements(s_svg + "text").Select(element => element.Value)];
}
