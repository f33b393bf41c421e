@echo off
rem Runs the whole bundle of hvs-2019-dual on a Windows machine without Python, in the reviewed order.
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
set "HVS_TEMP=%TEMP%\hvsbuild-hvs-2019-dual"
set "HVS_CODE=0"
set "HVS_CLOSE_008="
set "HVS_CLOSE_010="
set "HVS_CLOSE_019="
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
call :run cmd 001-workspace.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 002-vhd-create.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_010=1"
call :run diskpart 003-vhd-format.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_010="
set "HVS_CLOSE_010=1"
call :run diskpart 004-vhd-attach.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 005-image-apply.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_008=1"
call :run cmd 006-hive-load-SYSTEM.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 007-registry-SYSTEM.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 008-hive-unload-SYSTEM.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_008="
call :run cmd 009-vhd-stamp.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 010-vhd-detach.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_010="
call :run diskpart 011-disk-prepare.diskpart
if not "%errorlevel%"=="0" goto failed
call :run diskpart 012-disk-active.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 014-vhd-copy.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_019=1"
call :run diskpart 015-stick-attach.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 017-boot-code.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 018-boot-files.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 019-stick-detach.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_019="
call :run cmd 020-boot-settings.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 021-disk-stamp.cmd
if not "%errorlevel%"=="0" goto failed
echo.
echo Done: the stick is ready.
exit /b 0
:failed
set "HVS_CODE=%errorlevel%"
echo.
echo FAILED with code %HVS_CODE%. Closing what is open.
if defined HVS_CLOSE_019 call :run diskpart 019-stick-detach.diskpart
if defined HVS_CLOSE_008 call :run cmd 008-hive-unload-SYSTEM.cmd
if defined HVS_CLOSE_010 call :run diskpart 010-vhd-detach.diskpart
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
