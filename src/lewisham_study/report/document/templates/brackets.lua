-- Removes the brackets round a citation that filter.lua has marked as part of its sentence.

function Span(span)
  if not span.classes:includes("bare") then return nil end
  local cite = span.content[1]
  local first, last = cite.content[1], cite.content[#cite.content]
  if first.t == "Str" and last.t == "Str" and first.text:match("^%(") and last.text:match("%)$") then
    first.text = first.text:sub(2)
    last.text = last.text:sub(1, -2)
  end
  return cite
end
