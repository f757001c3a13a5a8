-- Checks a document, numbers its figures and tables, and resolves references to them, before citeproc.

local problems = {}
local numbers = {}
local place = "the report"
local sources = {}
local elsewhere = {} -- figures and tables of other documents, by label
local prefix = "" -- before the numbers of figures and tables

local function add_problem(text, hint)
  table.insert(problems, "PROBLEM " .. place .. ": " .. text .. "; " .. hint)
end

local function text_of(x)
  return pandoc.utils.stringify(x)
end

local function is_cell(block)
  return block.t == "Div" and block.classes:includes("cell")
end

local function name_place(cell)
  return cell.attributes.notebook .. ", cell " .. cell.attributes.cell
end

-- Cells are checked in order, so that every problem can name its cell.

local function check_cell(div, last_level)
  place = name_place(div)
  local level = last_level
  div:walk({
    traverse = "topdown",
    Header = function(h)
      if h.level == 1 then
        add_problem("a second title: " .. text_of(h), "write it as `## " .. text_of(h) .. "`")
      elseif h.level > level + 1 then
        add_problem("the heading '" .. text_of(h) .. "' skips a level", "give it " .. string.rep("#", level + 1))
      end
      level = h.level
    end,
    RawBlock = function(r) add_problem("raw " .. r.format .. ": " .. r.text:sub(1, 40), "write it as Markdown") end,
    RawInline = function(r) add_problem("raw " .. r.format .. ": " .. r.text:sub(1, 40), "write it as Markdown") end,
    Link = function(l)
      local scheme = l.target:match("^([%w+.-]+):")
      if scheme and scheme ~= "http" and scheme ~= "https" and scheme ~= "mailto" then
        add_problem("a link to " .. l.target:sub(1, 40), "link to an https address")
      end
    end,
    Image = function(i)
      local file = i.src:match("^[%w-]+%.%a+$") and io.open(i.src, "rb")
      if not file then
        add_problem("the image " .. i.src .. " does not exist", "draw it in a code cell as a FigureExhibit")
      else
        file:close()
      end
    end,
    Div = function(d)
      if d.classes:includes("exhibit") then
        local kind = d.classes:includes("figure") and "Figure" or "Table"
        numbers[kind] = (numbers[kind] or 0) + 1
        if numbers[d.identifier] then
          add_problem("the label " .. d.identifier .. " is already used", "give each figure and table its own label")
        end
        numbers[d.identifier] = kind .. "\u{a0}" .. prefix .. numbers[kind]
      end
    end,
  })
  return level
end

-- References to figures and tables become links; all others must be sources.

local cited = false -- whether the cell at hand cites a source

local function resolve(cite)
  local links = pandoc.Inlines({})
  for _, c in ipairs(cite.citations) do
    if c.id:match("^fig%-") or c.id:match("^tbl%-") then
      if #links > 0 then links:extend({ pandoc.Str(","), pandoc.Space() }) end
      if numbers[c.id] then
        links:insert(pandoc.Link(numbers[c.id], "#" .. c.id))
      elseif elsewhere[c.id] then
        local name, page = text_of(elsewhere[c.id].name), text_of(elsewhere[c.id].page)
        links:insert(pandoc.Link(name, page .. "#" .. c.id))
      else
        add_problem("@" .. c.id .. " refers to nothing", "use the label of a figure or table of this report")
      end
    elseif sources[c.id] then
      cited = true
      -- A place such as "p. 2" or "p4" is printed as written: empty braces keep citeproc from reading it as a page.
      local first = c.suffix[1]
      if first and first.t == "Str" and first.text:sub(1, 1) == "," then first.text = "{}" .. first.text end
    else
      add_problem("@" .. c.id .. " is not a known source", "add it to data/raw/sources.csv and run `make data`, or add reports/references.bib")
    end
  end
  return #links > 0 and links or cite
end

-- A citation that is part of its sentence, at the start, after a colon, "from" or "to", is marked for brackets.lua.
local function is_named(before)
  return before == nil or (before.t == "Str" and (before.text:match(":$") or before.text == "from" or before.text == "to"))
end

local function mark_named(inlines)
  local before
  for i, inline in ipairs(inlines) do
    if inline.t == "Cite" and is_named(before) then inlines[i] = pandoc.Span({ inline }, { class = "bare" }) end
    if inline.t ~= "Space" and inline.t ~= "SoftBreak" then before = inline end
  end
  return inlines
end

local function name_exhibit(div)
  if div.classes:includes("exhibit") then
    div.attributes.number = numbers[div.identifier]
    return div
  end
end

local function resolve_cell(cell)
  place, cited = name_place(cell), false
  local resolved = cell:walk({ Cite = resolve, Div = name_exhibit })
  -- Looking at all text takes long, and few cells cite.
  if cited then resolved = resolved:walk({ Inlines = mark_named }) end
  -- Pandoc reads the last paragraph of a cell as a plain line, as no empty line follows it.
  return resolved.content:map(function(b) return b.t == "Plain" and pandoc.Para(b.content) or b end)
end

function Pandoc(doc)
  prefix, elsewhere = text_of(doc.meta.prefix or ""), doc.meta.elsewhere or {}
  for _, item in ipairs(pandoc.utils.references(doc)) do sources[item.id] = true end
  local level = 1
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" then level = block.level end
    if is_cell(block) then level = check_cell(block, level) end
  end
  local blocks = pandoc.Blocks({})
  for _, block in ipairs(doc.blocks) do
    if is_cell(block) then
      blocks:extend(resolve_cell(block))
    else
      blocks:insert(block)
    end
  end
  if #problems > 0 then
    io.stderr:write(table.concat(problems, "\n") .. "\n")
    os.exit(1)
  end
  if not next(sources) then
    blocks = blocks:filter(function(block) return block.identifier ~= "sources" and block.identifier ~= "refs" end)
  end
  doc.blocks = blocks
  return doc
end
