from tests.e2e.test_pages import *
from tests.e2e.test_pages import built, town, address
from tests.e2e.inspection import *
def test_prof(town, open_browser):
    page = open_browser(town.person("the DSL"))
    page.goto(town.path("/pupils/{child_decision}"))
    resize(page, 320)
    print(page.evaluate("""()=>{const w=320, out=[]; const it=document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let n;
      while(n=it.nextNode()){ const r=document.createRange(); r.selectNodeContents(n); for(const b of r.getClientRects()) if(b.right>w && !n.parentElement.closest('.cme-table-scroll')) out.push([n.parentElement.className, n.textContent.slice(0,80), b.right]); } return out }"""))
    page.screenshot(path="/tmp/shots/pupil320.png")
