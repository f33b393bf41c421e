@echo off
rem Runs the whole bundle of two-releases on a Windows machine without Python, in the reviewed order.
rem
rem   run.cmd DISK-NUMBER IMAGE-HVS2019-FILE IMAGE-HVS2016-FILE
rem
rem DISK-NUMBER is the stick's number in diskpart's "list disk" NOW. That disk is WIPED: it is shown, and you are
rem asked, before anything is changed. It stops at the first failure
rem and closes what it opened. Run it as administrator.
setlocal enableextensions disabledelayedexpansion
rem A variable of this name in the environment would hide every exit code.
set "ERRORLEVEL="
if "%~1"=="" goto usage
if "%~2"=="" goto usage
if "%~3"=="" goto usage
set "HVS_DISK=%~1"
set "HVS_HOME=%~dp0"
set "HVS_IMAGE_HVS2019=%~f2"
set "HVS_IMAGE_HVS2016=%~f3"
set "HVS_TEMP=%TEMP%\hvsbuild-two-releases"
set "HVS_CODE=0"
set "HVS_CLOSE_010="
set "HVS_CLOSE_015="
set "HVS_CLOSE_017="
set "HVS_CLOSE_026="
set "HVS_CLOSE_030="
rem Digits alone: diskpart would take " 0", "=0" and "system" as well. Disk 0, and so any leading 0, is the machine's own.
if "%HVS_DISK:~0,1%"=="0" goto usage
if not "%HVS_DISK:;=%"=="%HVS_DISK%" goto usage
for /f "delims=0123456789" %%D in ("%HVS_DISK%") do goto usage
rem A script is a batch file too, where a percent or exclamation mark is read as something else.
set "HVS_FILE=%HVS_IMAGE_HVS2019%"
if not exist "%HVS_FILE%" goto nofile
for /f "delims=%%!" %%P in ("x%HVS_FILE%x") do if not "%%P"=="x%HVS_FILE%x" goto badfile
set "HVS_FILE=%HVS_IMAGE_HVS2016%"
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
call :run cmd 001-workspace-hvs2016.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 002-vhd-create-hvs2016.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_010=1"
call :run diskpart 003-vhd-format-hvs2016.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_010="
call :run cmd 004-workspace-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 005-vhd-create-hvs2019.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_017=1"
call :run diskpart 006-vhd-format-hvs2019.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_017="
set "HVS_CLOSE_010=1"
call :run diskpart 007-vhd-attach-hvs2016.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 008-image-apply-hvs2016.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 009-vhd-stamp-hvs2016.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 010-vhd-detach-hvs2016.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_010="
set "HVS_CLOSE_017=1"
call :run diskpart 011-vhd-attach-hvs2019.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 012-image-apply-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_015=1"
call :run cmd 013-hive-load-SYSTEM-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 014-registry-SYSTEM-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 015-hive-unload-SYSTEM-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_015="
call :run cmd 016-vhd-stamp-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 017-vhd-detach-hvs2019.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_017="
call :run diskpart 018-disk-prepare.diskpart
if not "%errorlevel%"=="0" goto failed
call :run diskpart 019-disk-active.diskpart
if not "%errorlevel%"=="0" goto failed
call :run diskpart 020-disk-letter.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 021-boot-code.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 022-vhd-copy-hvs2016.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 023-vhd-copy-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_026=1"
call :run diskpart 024-stick-attach-hvs2016.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 025-boot-files-hvs2016.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 026-stick-detach-hvs2016.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_026="
call :run cmd 027-boot-settings-hvs2016.cmd
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_030=1"
call :run diskpart 028-stick-attach-hvs2019.diskpart
if not "%errorlevel%"=="0" goto failed
call :run cmd 029-boot-files-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
call :run diskpart 030-stick-detach-hvs2019.diskpart
if not "%errorlevel%"=="0" goto failed
set "HVS_CLOSE_030="
call :run cmd 031-boot-menu.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 032-boot-settings-hvs2019.cmd
if not "%errorlevel%"=="0" goto failed
call :run cmd 033-disk-stamp.cmd
if not "%errorlevel%"=="0" goto failed
echo.
echo Done: the stick is ready.
exit /b 0
:failed
set "HVS_CODE=%errorlevel%"
echo.
echo FAILED with code %HVS_CODE%. Closing what is open.
if defined HVS_CLOSE_030 call :run diskpart 030-stick-detach-hvs2019.diskpart
if defined HVS_CLOSE_026 call :run diskpart 026-stick-detach-hvs2016.diskpart
if defined HVS_CLOSE_015 call :run cmd 015-hive-unload-SYSTEM-hvs2019.cmd
if defined HVS_CLOSE_017 call :run diskpart 017-vhd-detach-hvs2019.diskpart
if defined HVS_CLOSE_010 call :run diskpart 010-vhd-detach-hvs2016.diskpart
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
    set "HVS_LINE=!HVS_LINE:{{input.image-hvs2019}}=%HVS_IMAGE_HVS2019%!"
    set "HVS_LINE=!HVS_LINE:{{input.image-hvs2019.fingerprint}}=not-recorded!"
    set "HVS_LINE=!HVS_LINE:{{input.image-hvs2016}}=%HVS_IMAGE_HVS2016%!"
    set "HVS_LINE=!HVS_LINE:{{input.image-hvs2016.fingerprint}}=not-recorded!"
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
echo usage: run.cmd DISK-NUMBER IMAGE-HVS2019-FILE IMAGE-HVS2016-FILE
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
