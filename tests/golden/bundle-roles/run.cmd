@echo off
rem Runs the whole bundle of roles on a Windows machine without Python, in the reviewed order.
rem
rem   run.cmd DISK-NUMBER IMAGE-FILE
rem
rem DISK-NUMBER is the stick's number in diskpart's "list disk" NOW. That disk is WIPED: it is shown, and you are
rem asked, before anything is changed. It stops at the first failure
rem and closes what it opened. Run it as administrator.
setlocal enableextensions disabledelayedexpansion
rem A variable of this name in the environment would hide every exit code.
set "ERRORLEVEL="
if "%~1"=="" goto usage
if "%~2"=="" goto usage
set "HVS_DISK=%~1"
set "HVS_HOME=%~dp0"
set "HVS_IMAGE=%~f2"
set "HVS_TEMP=%TEMP%\hvsbuild-roles"
set "HVS_CODE=0"
set "HVS_CLOSE_007="
set "HVS_CLOSE_022="
set "HVS_CLOSE_029="
set "HVS_CLOSE_033="
set "HVS_CLOSE_035="
set "HVS_CLOSE_037="
rem Digits alone: diskpart would take " 0", "=0" and "system" as well. Disk 0, and so any leading 0, is the machine's own.
if "%HVS_DISK:~0,1%"=="0" goto usage
if not "%HVS_DISK:;=%"=="%HVS_DISK%" goto usage
for /f "delims=0123456789" %%D in ("%HVS_DISK%") do goto usage
rem A script is a batch file too, where a percent or exclamation mark is read as something else.
set "HVS_FILE=%HVS_IMAGE%"
if not exist "%HVS_FILE%" goto nofile
for /f "delims=%%!" %%P in ("x%HVS_FILE%x") do if not "%%P"=="x%HVS_FILE%x" goto badfile
if not exist "%HVS_TEMP%" mkdir "%HVS_TEMP%"
>"%HVS_TEMP%\show.diskpart" echo select disk %HVS_DISK%
>>"%HVS_TEMP%\show.diskpart" echo detail disk
diskpart /s "%HVS_TEMP%\show.diskpart"
if not "%errorlevel%"=="0" goto nodisk
set "HVS_ANSWER="
echo The spec allows it to be wiped only if hvsbuild made it. That is for you to check.
if not defined HVS_ANSWER set /p "HVS_ANSWER=The disk above will be WIPED. Type wipe %HVS_DISK% to go on: "
setlocal enabledelayedexpansion
if not "!HVS_ANSWER!"=="wipe %HVS_DISK%" goto refused
endlocal
rem ---- the tasks in their order; HVS_CLOSE_n is set while script n has something to close ----
call :run cmd 001-workspace-base.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 002-vhd-create-base.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_007=1"
call :run diskpart 003-vhd-format-base.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_007="
set "HVS_CLOSE_007=1"
call :run diskpart 004-vhd-attach-base.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 005-image-apply-base.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 006-vhd-stamp-base.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 007-vhd-detach-base.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_007="
call :run diskpart 008-disk-prepare.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 010-vhd-copy-base.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 011-child-remove-file.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 012-child-create-file.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 013-child-remove-rescue.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 014-child-create-rescue.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 015-child-remove-web.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 016-child-create-web.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_033=1"
call :run diskpart 019-stick-attach-file.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_022=1"
call :run cmd 020-hive-load-SOFTWARE-file.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 021-registry-SOFTWARE-file.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 022-hive-unload-SOFTWARE-file.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_022="
call :run cmd 023-vhd-stamp-file.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_035=1"
call :run diskpart 024-stick-attach-rescue.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 025-vhd-stamp-rescue.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_037=1"
call :run diskpart 026-stick-attach-web.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_029=1"
call :run cmd 027-hive-load-SOFTWARE-web.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 028-registry-SOFTWARE-web.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 029-hive-unload-SOFTWARE-web.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_029="
call :run cmd 030-vhd-stamp-web.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 032-boot-files-file.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 033-stick-detach-file.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_033="
call :run cmd 034-boot-files-rescue.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 035-stick-detach-rescue.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_035="
call :run cmd 036-boot-files-web.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 037-stick-detach-web.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_037="
call :run cmd 038-boot-menu.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 039-boot-settings-rescue.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 040-disk-stamp.cmd
if not "%errorlevel%"=="0" goto failed
echo.
echo Done: the stick is ready.
exit /b 0
:failed
set "HVS_CODE=%errorlevel%"
echo.
echo FAILED with code %HVS_CODE%. Closing what is open.
if defined HVS_CLOSE_029 call :run cmd 029-hive-unload-SOFTWARE-web.cmd
if defined HVS_CLOSE_037 call :run diskpart 037-stick-detach-web.diskpart
if defined HVS_CLOSE_035 call :run diskpart 035-stick-detach-rescue.diskpart
if defined HVS_CLOSE_022 call :run cmd 022-hive-unload-SOFTWARE-file.cmd
if defined HVS_CLOSE_033 call :run diskpart 033-stick-detach-file.diskpart
if defined HVS_CLOSE_007 call :run diskpart 007-vhd-detach-base.diskpart
exit /b %HVS_CODE%
rem ---- run one script: fill in what only this machine knows, then hand it to its tool ----
:run
echo.
echo == %2
set "HVS_SCRIPT=%HVS_TEMP%\%2"
if exist "%HVS_SCRIPT%" del /f /q "%HVS_SCRIPT%"
if exist "%HVS_SCRIPT%" exit /b 1
for /f "usebackq delims=" %%L in ("%HVS_HOME%scripts\%2") do (
    set "HVS_LINE=%%L"
    setlocal enabledelayedexpansion
    set "HVS_LINE=!HVS_LINE:{{disk.number}}=%HVS_DISK%!"
    set "HVS_LINE=!HVS_LINE:{{input.image}}=%HVS_IMAGE%!"
    set "HVS_LINE=!HVS_LINE:{{input.image.fingerprint}}=not-recorded!"
    >>"!HVS_SCRIPT!" echo !HVS_LINE!
    endlocal
)
if "%1"=="diskpart" goto diskpart
cmd /d /e:on /v:off /c "%HVS_SCRIPT%"
exit /b %errorlevel%
:diskpart
diskpart /s "%HVS_SCRIPT%"
exit /b %errorlevel%
:usage
echo usage: run.cmd DISK-NUMBER IMAGE-FILE
echo The disk with that number is wiped. Disk 0 is refused.
exit /b 2
:nofile
echo There is no file "%HVS_FILE%".
exit /b 2
:badfile
echo The path of an input must not have %% or ! in it: "%HVS_FILE%".
exit /b 2
:nodisk
echo There is no disk %HVS_DISK%.
exit /b 2
:refused
echo Nothing was changed.
exit /b 4
