# Writes liquid.json: what Shopify's own Liquid makes of each template below. Run it with Debian's packages ruby and
# ruby-liquid, from this folder: ruby liquid.rb
require "json"
require "liquid"

VARIABLES = {
  "name" => "Ada", "blank_text" => "", "nothing" => nil, "yes" => true, "no" => false, "five" => 5, "minus" => -7, "price" => 9.5, "text_number" => "12.50",
  "word" => "Straße", "nfd" => "e\u0301te\u0301", "party" => "🎉🎊🎈", "mixed" => "a🎉b", "umlauts" => "äöü & <b>ÄÖÜ</b> \"q\" 'a'",
  "html" => "a<script>var x = '<b>';</script>b<style>p{}</style>c<!-- d -->e<p class=\"x\">f</p>",
  "list" => ["b", "a", "C", "a"], "numbers" => [3, 1, 2], "nested" => [[1, 2], [3]], "gaps" => ["a", nil, "b"],
  "people" => [{ "name" => "Bo", "age" => 7, "on" => true }, { "name" => "al", "age" => 3, "on" => false }, { "name" => "Cy", "age" => 5 }],
  "style" => "<style type='text/css'>p\n{}</style>b<STYLE>c</STYLE>d", "lines" => "one\ntwo\r\nthree", "spaces" => "  a  b  ", "date" => "2026-03-09T08:05:03Z", "day" => "2026-03-09", "no_date" => "soon", "comma" => "a,b,,c,",
  "nbsp" => "1\u00A0000,00 EUR x", "edges" => "\u00A0 b \u00A0", "blanks" => " \t\n\v\f\r b\tc\n\vd \f\r", "trailing" => "one two ",
}.freeze

DATES = [
  "03/04/2016", "25/12/2016", "3/14/2016", "03/04/16", "2016/03/04", "1/2/2016 10:20", "1/2/2016 10:20:30", "1/2/2016 6:30 PM", "12/25/2016 1:00", "1/2/2016 10:20 +0200", "03-04-2016", "14-03-2015", "15-03-14", "3.4.2016", "14.03.16",
  *%w[UTC GMT Z EST EDT CST CDT MST MDT PST PDT est +0500 -07:00].map { |zone| "2015-03-14 18:30:00 #{zone}" }, "Sat, 14 Mar 2015 18:30:00 EST", "03/04/2016 UTC", "2015-03-14 6:30 PM EST", "2015-03-14T18:30:00+05:00", "14 March 2015",
].freeze

VALUES = {
  "abs" => ["-17", "4", '"-19.86"', "minus", "nothing", '"x"'],
  "ceil" => ["1.2", "2.0", "183.357", '"3.5"', "-1.5", "nothing", '"x"'],
  "floor" => ["1.2", "2.0", "183.357", '"3.5"', "-1.5", "nothing"],
}.freeze

TEMPLATES = [
  *VALUES.flat_map { |filter, values| values.map { |value| "{{ #{value} | #{filter} }}" } },
  # Rounding and numbers.
  *%w[1.2 2.7 0.5 1.5 2.5 3.5 -0.5 -1.5 -2.5 2.675 183.357 five].map { |n| "{{ #{n} | round }}" },
  *%w[1.005 2.345 2.355 -2.345 0.125 183.357 7 12.5].map { |n| "{{ #{n} | round: 2 }}" },
  "{{ 7 | divided_by: 2.0 }}", "{{ 20 | divided_by: 7.0 }}", "{{ 1 | divided_by: 3.0 }}", "{{ 0.10 | times: 0.10 }}", "{{ 2.5 | times: 2 }}", "{{ 3.0 | minus: 3 }}", "{{ 1.10 | plus: 1.90 }}", "{{ 1.50 | abs }}", "{{ -8 | divided_by: 2 }}", "{{ 1234567.891 | round: 2 }}", "{{ 1.0 | round: 2 }}",
  "{{ 15 | round: -1 }}", "{{ 25 | round: -1 }}", "{{ \"2.5\" | round }}", "{{ nothing | round }}", "{{ \"x\" | round }}", "{{ 4.6 | round: 0 }}",
  *[[-7, 3], [7, -3], [-7, -3], [7, 3], [-1, 2], [0, 5], [6, 3]].flat_map { |a, b| ["{{ #{a} | modulo: #{b} }}", "{{ #{a} | divided_by: #{b} }}"] },
  "{{ 183.357 | modulo: 12 }}", "{{ -7.5 | modulo: 2 }}", "{{ \"24\" | modulo: \"7\" }}", "{{ 20 | divided_by: 8.0 }}", "{{ 16 | divided_by: 4 }}", "{{ 5 | divided_by: 3 }}", "{{ 10.0 | divided_by: 4 }}",
  "{{ 4 | plus: 2 }}", "{{ 183.5 | plus: 12 }}", "{{ \"1\" | plus: \"1\" }}", "{{ text_number | plus: 0 }}", "{{ nothing | plus: 1 }}", "{{ \"x\" | plus: 1 }}", "{{ 0.1 | plus: 0.2 }}",
  "{{ 4 | minus: 2 }}", "{{ 183.5 | minus: 12 }}", "{{ 3 | times: 2 }}", "{{ 3.5 | times: 2 }}", "{{ \"foo\" | times: 4 }}", "{{ 4 | at_least: 5 }}", "{{ 4 | at_least: 3 }}", "{{ 4 | at_most: 5 }}", "{{ 4 | at_most: 3 }}",
  "{{ price }}", "{{ five }}", "{{ 5.0 }}", "{{ yes }}", "{{ nothing }}", 
  # Text.
  *["Ground control to Major Tom."].flat_map { |t| [0, 1, 3, 5, 20, 27, 28, 50].map { |n| "{{ \"#{t}\" | truncate: #{n} }}" } },
  "{{ \"Ground control to Major Tom.\" | truncate }}", "{{ \"Ground control to Major Tom.\" | truncate: 25, \", and so on\" }}", "{{ \"Ground control\" | truncate: 8, \"\" }}", "{{ 12345678 | truncate: 5 }}", "{{ nothing | truncate: 3 }}", "{{ name | truncate: -1 }}",
  *(0..5).map { |n| "{{ party | truncate: #{n}, \"\" }}" }, "{{ party | truncate: 2, \"🎈\" }}", "{{ mixed | truncate: 2, \"\" }}",
  "{{ \"one two three\" | truncatewords: 2 }}", "{{ \"one two three\" | truncatewords: 3 }}", "{{ \"one  two three\" | truncatewords: 2, \"--\" }}", "{{ \"one two three\" | truncatewords: 0 }}", "{{ \"one two\" | truncatewords }}", "{{ nothing | truncatewords: 2 }}", "{{ lines | truncatewords: 2 }}",
  *["name", "party", "mixed", "word", "list", "numbers"].flat_map { |v| ["0", "1", "2", "-1", "-2", "5", "0, 2", "1, 5", "-2, 2", "-5, 2", "1, 0"].map { |a| "{{ #{v} | slice: #{a} | join: '' }}" } },
  "{{ 12345 | slice: 1, 2 }}", "{{ nothing | slice: 0, 2 }}", "{{ blank_text | slice: 0, 2 }}",
  "{{ party | split: \"\" | join: \"|\" }}", "{{ mixed | split: \"\" | size }}", "{{ name | split: \"\" | first }}", "{{ comma | split: \",\" | join: \"|\" }}", "{{ comma | split: \",\" | size }}", "{{ \" a b  c \" | split: \" \" | join: \"|\" }}", "{{ name | split: \"x\" | join: \"|\" }}", "{{ nothing | split: \",\" | size }}", "{{ blank_text | split: \",\" | size }}", "{{ name | split: nothing | join: \"|\" }}",
  "{{ party | size }}", "{{ mixed | size }}", "{{ name | size }}", "{{ list | size }}", "{{ nothing | size }}", "{{ word | size }}", "{{ party.size }}",
  "{{ party | upcase }}", "{{ word | upcase }}", "{{ word | downcase }}", "{{ \"MIXED Case\" | capitalize }}", "{{ \"élan\" | capitalize }}", "{{ mixed | capitalize }}", "{{ blank_text | capitalize }}", "{{ nothing | capitalize }}", "{{ nothing | upcase }}", "{{ \"ÉLAN\" | downcase }}",
  "{{ name | append: \"!\" }}", "{{ name | prepend: \"!\" }}", "{{ nothing | append: \"x\" }}", "{{ 5 | append: 6 }}",
  "{{ umlauts | escape }}", "{{ umlauts | escape_once }}", "{{ \"1 &lt; 2 & 3\" | escape_once }}", "{{ \"1 &lt; 2 & 3\" | escape }}", "{{ \"&#39; &unknown; &amp\" | escape_once }}", "{{ nothing | escape }}", "{{ 5 | escape }}", "{{ \"日本 «x»\" | escape }}", "{{ party | escape }}",
  "{{ html | strip_html }}", "{{ \"a<br>b\" | strip_html }}", "{{ \"1 < 2\" | strip_html }}", "{{ \"x<SCRIPT>y</SCRIPT>z\" | strip_html }}", "{{ nothing | strip_html }}", "{{ \"a<p\" | strip_html }}", "{{ style | strip_html }}", "{{ \"<!-- <b> -->x\" | strip_html }}",
  "{{ lines | strip_newlines }}", "{{ lines | newline_to_br }}", "{{ spaces | strip }}|", "{{ spaces | lstrip }}|", "{{ spaces | rstrip }}|",
  "{{ \"a rain a rain\" | replace: \"rain\", \"sun\" }}", "{{ \"a rain a rain\" | replace_first: \"rain\", \"sun\" }}", "{{ \"a rain a rain\" | replace_last: \"rain\", \"sun\" }}", "{{ \"a rain\" | replace: \"rain\" }}", "{{ \"a.b\" | replace: \".\", \"$1\" }}",
  "{{ \"a rain a rain\" | remove: \"rain\" }}", "{{ \"a rain a rain\" | remove_first: \"rain\" }}", "{{ \"a rain a rain\" | remove_last: \"rain\" }}",
  "{{ \"john@liquid.com & co/é\" | url_encode }}", "{{ \"%27Stop%21%27+said+%C3%A9\" | url_decode }}", "{{ nothing | url_encode }}", "{{ \"a b*c~d\" | url_encode }}",
  "{{ \"one two é\" | base64_encode }}", "{{ \"b25lIHR3byDDqQ==\" | base64_decode }}", "{{ \"a?>~é\" | base64_url_safe_encode }}", "{{ \"YT8-fsOp\" | base64_url_safe_decode }}",
  # Lists.
  "{{ list | sort | join: \",\" }}", "{{ list | sort_natural | join: \",\" }}", "{{ list | uniq | join: \",\" }}", "{{ list | reverse | join: \",\" }}", "{{ list | first }}", "{{ list | last }}", "{{ numbers | sort | join }}", "{{ gaps | compact | join: \",\" }}", "{{ gaps | join: \",\" }}", "{{ list | concat: numbers | join: \",\" }}", "{{ nested | join: \",\" }}", "{{ list }}", "{{ nested }}", "{{ name | first }}", "{{ name | last }}", "{{ blank_text | first }}",
  "{{ people | map: \"name\" | join: \",\" }}", "{{ people | where: \"on\" | map: \"name\" | join: \",\" }}", "{{ people | where: \"on\", false | map: \"name\" | join: \",\" }}", "{{ people | where: \"age\", 5 | map: \"name\" | join: \",\" }}", "{{ people | sort: \"age\" | map: \"name\" | join: \",\" }}", "{{ people | sort_natural: \"name\" | map: \"name\" | join: \",\" }}", "{{ people | sort: \"name\" | map: \"name\" | join: \",\" }}", "{{ people | sort: \"on\" | map: \"age\" | join: \",\" }}", "{{ people | map: \"none\" | join: \",\" }}", "{{ people | uniq: \"name\" | size }}", "{{ name | join: \",\" }}", "{{ five | join: \",\" }}", "{{ nothing | join: \",\" }}",
  "{{ nothing | sort | size }}", "{{ name | reverse | join: \",\" }}", "{{ five | first }}", "{{ nothing | first }}", "{{ nothing | reverse | size }}",
  # Defaults.
  "{{ nothing | default: 2.99 }}", "{{ blank_text | default: \"x\" }}", "{{ name | default: \"x\" }}", "{{ no | default: \"x\" }}", "{{ no | default: \"x\", allow_false: true }}", "{{ five | default: 1 }}",
  # Dates.
  "{{ date | date: \"%a, %b %d, %y\" }}", "{{ date | date: \"%Y-%m-%d %H:%M:%S %z\" }}", "{{ date | date: \"%Y\" }}", "{{ day | date: \"%A %-d %B %Y\" }}", "{{ date | date: \"%e|%k|%l|%I|%p|%P|%j|%U|%u|%w|%y|%C|%s|%L|%N|%3N|%F|%T|%D|%R|%r|%c|%x|%X|%h|%n|%t|%%|%G|%V\" }}", "{{ date | date: \"%-m/%-d/%y %-H:%-M %^a %^B %05d %_m %#p\" }}", "{{ date | date: \"\" }}", "{{ date | date }}", "{{ no_date | date: \"%Y\" }}", "{{ blank_text | date: \"%Y\" }}", "{{ nothing | date: \"%Y\" }}", "{{ name | date: \"%Y\" }}", "{{ 1152098955 | date: \"%m/%d/%Y\" }}", "{{ \"1152098955\" | date: \"%m/%d/%Y\" }}", "{{ \"March 14, 2016\" | date: \"%b %d, %y\" }}", "{{ \"2026-13-45\" | date: \"%Y\" }}", "{{ list | date: \"%Y\" | join: \",\" }}", "{{ yes | date: \"%Y\" }}", "{{ \"14.03.2016\" | date: \"%Y-%m-%d\" }}", "{{ \"2016-03-14 10:20\" | date: \"%H:%M\" }}", "{{ date | date: \"%Q %E\" }}",
  *DATES.map { |date| "{{ \"#{date}\" | date: \"%Y-%m-%d %H:%M:%S %z\" }}" },
  # White space is that of ASCII.
  "{{ nbsp | truncatewords: 1 }}", "{{ nbsp | split: \" \" | join: \"|\" }}", "{{ edges | split: \" \" | size }}", "{{ edges | strip }}|", "{{ edges | lstrip }}|", "{{ edges | rstrip }}|",
  "{{ blanks | split: \" \" | join: \"|\" }}", "{{ blanks | strip }}|", "{{ blanks | lstrip }}|", "{{ blanks | rstrip }}|", "{{ blanks | truncatewords: 2 }}", "{{ trailing | truncatewords: 2 }}", "{{ trailing | truncatewords: 1 }}", "{{ trailing | truncatewords: 3 }}",
  # Where there is no filter.
  "{% for c in (1..3) reversed %}{{ c }}{% endfor %}", "{% for i in numbers limit:2 offset:1 %}{{ i }}{{ forloop.index }}{{ forloop.last }}{% endfor %}", "{% for i in blank_text %}x{% else %}none{% endfor %}", "{% if blank_text == empty %}a{% endif %}{% if list == empty %}b{% endif %}", "{% if list contains \"a\" %}y{% endif %}{% if name contains \"d\" %}z{% endif %}", "{% case five %}{% when 4, 5 %}hit{% else %}miss{% endcase %}", "{% cycle 'a','b' %}{% cycle 'a','b' %}{% cycle 'a','b' %}", "{% increment n %}{% increment n %}{% decrement m %}", "{% if yes and no or yes %}t{% else %}f{% endif %}", "{% assign a = \"x\" | append: \"y\" %}{{ a }}", "{% if 0 %}t{% endif %}{% if blank_text %}t{% endif %}{% if nothing %}t{% endif %}", "{% for i in numbers reversed limit:2 %}{{ i }}{{ forloop.rindex }}{% endfor %}", "{% for i in numbers offset:2 %}{{ i }}{{ forloop.length }}{{ forloop.first }}{% endfor %}", "{% for i in (1..9) limit:3 offset:4 %}{{ i }}{% endfor %}", "{% for i in numbers limit:1 %}{{ i }}{% endfor %}{% for i in numbers offset:continue %}{{ i }}{% endfor %}",
  "{% if \"aaab\" contains \"ab\" %}y{% endif %}{% if name contains nothing %}n{% endif %}{% if nothing contains \"a\" %}n{% endif %}{% if numbers contains 3 %}y{% endif %}", "{{ list[0] }}{{ list[-1] }}{{ list.first }}{{ people[0]['name'] }}", "{% unless no %}u{% endunless %}", "{% capture c %}{{ name }}!{% endcapture %}{{ c }}",
].freeze

cases = TEMPLATES.uniq.map do |source|
  # Each result stands for the template alone: an error is none.
  result = Liquid::Template.parse(source).render(VARIABLES)
  { "template" => source, "result" => result.start_with?("Liquid error") ? nil : result }
end
File.write("liquid.json", JSON.pretty_generate({ "source" => "Liquid #{Liquid::VERSION}", "variables" => VARIABLES, "cases" => cases }) + "\n")
