//! Into the trash and out of it, and who notices when what is in a block changes.

use jiff::Timestamp;
use uuid::Uuid;

use super::super::parent::Parent;
use super::super::workspace::Workspace;
use super::show::living_children;

/// Moves a block, page or database into the trash or out of it.
pub(crate) fn set_trash(workspace: &mut Workspace, id: Uuid, in_trash: bool, by: Uuid, now: Timestamp) {
    let tick = workspace.next_tick();
    if let Some(block) = workspace.blocks.get_mut(&id) {
        block.in_trash = in_trash;
        block.touch(by, now);
    } else if let Some(page) = workspace.pages.get_mut(&id) {
        page.in_trash = in_trash;
        page.touch(by, now, tick);
    } else if let Some(database) = workspace.databases.get_mut(&id) {
        database.in_trash = in_trash;
        database.last_edited_time = now;
    }
    note_content(workspace, id, by, now);
}

/// Moves everything that is in a page into the trash.
pub(crate) fn erase(workspace: &mut Workspace, page: Uuid, by: Uuid, now: Timestamp) {
    let content: Vec<Uuid> = living_children(workspace, page).collect();
    for id in content {
        set_trash(workspace, id, true, by, now);
    }
}

/// Notes that something was put into what contains this record, or taken out: the container was edited, and so was the page
/// it is on. Rows are no content of their data source.
pub(crate) fn note_content(workspace: &mut Workspace, id: Uuid, by: Uuid, now: Timestamp) {
    let parent = workspace.blocks.get(&id).map(|block| &block.parent);
    let parent = parent.or_else(|| workspace.pages.get(&id).map(|page| &page.parent));
    let parent = parent.or_else(|| workspace.databases.get(&id).map(|database| &database.parent));
    if let Some(Parent::Page(above) | Parent::Block(above)) = parent {
        note_edit(workspace, *above, by, now);
    }
}

/// Notes an edit of a block or page, which is one of the page it is on as well.
pub(crate) fn note_edit(workspace: &mut Workspace, id: Uuid, by: Uuid, now: Timestamp) {
    if let Some(block) = workspace.blocks.get_mut(&id) {
        block.touch(by, now);
    }
    let page = workspace
        .lineage(id)
        .find(|above| workspace.pages.contains_key(above));
    let tick = workspace.next_tick();
    if let Some(page) = page.and_then(|page| workspace.pages.get_mut(&page)) {
        page.touch(by, now, tick);
    }
}
